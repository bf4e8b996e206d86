import { escapeLine } from './text';

export type Column = { heading: string; align: 'left' | 'right' };

/** A longer value would push all that stands beside it off the screen; JSON and CSV have it whole. */
const widestCell = 80;

/** A table with aligned columns and a blank between them, for reading. Each value is on one line; a long one is cut unless it is the last. */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) =>
    row.map((value, index) => (index < columns.length - 1 ? cut(escapeLine(value)) : escapeLine(value))),
  );
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...shown.map((row) => widthOf(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell)));
        return columns[index]?.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(columns.map(({ heading }) => escapeLine(heading))), rule, ...shown.map(line), ''].join('\n');
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length > widestCell ? `${characters.slice(0, widestCell - 1).join('')}…` : text;
}

/** Columns a text takes: wide East Asian characters and emoji take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1;
  return width;
}
