/** Something that the command palette can do. */
export type Command = {
  id: string;
  section: Section;
  title: string;
  /** What it is about, after the title. It is searched, too. */
  detail: string;
  /** The keys that do the same. */
  keys: readonly string[];
  run: () => void;
  /** Listed only once it is searched for. */
  isHidden?: boolean;
};

/** In the order in which they are listed. */
export const sections = ['Rules', 'Contributors of this report', 'Log groups', 'Pages', 'Actions', 'Samples'] as const;
export type Section = (typeof sections)[number];

/** A part of a title, and whether it is what was typed. */
export type TitlePart = { text: string; isHit: boolean };

/** How many of a section are listed before anything is typed, and after. */
const shownFirst = 5;
const shownFound = 12;

/**
 * The commands that hold every word of a text, by section, the best first: those whose title starts with the text, then
 * those with a word that does, then the others in the order given. Sections are ranked by their best. A `>` before the
 * text takes actions only.
 */
export function searchCommands(
  commands: readonly Command[],
  typed: string,
): { section: Section; commands: Command[]; found: number }[] {
  const { text, actionsOnly } = readTyped(typed);
  const words = splitWords(text);
  const isAsked = words.length > 0 || actionsOnly;
  const listed = sections.flatMap((section) => {
    if (actionsOnly && section !== 'Actions') return [];
    const found = commands
      .filter((command) => command.section === section && (isAsked || command.isHidden !== true))
      .filter(({ title, detail }) => {
        const all = `${title} ${detail}`.toLowerCase();
        return words.every((word) => all.includes(word));
      });
    const ranked = found
      .map((command, at) => ({ command, at, rank: rankOf(command.title, text) }))
      .sort((a, b) => a.rank - b.rank || a.at - b.at);
    const [best] = ranked;
    const shown = ranked.slice(0, isAsked ? shownFound : shownFirst).map(({ command }) => command);
    return best === undefined ? [] : [{ rank: best.rank, section, commands: shown, found: found.length }];
  });
  return listed
    .sort((a, b) => a.rank - b.rank)
    .map(({ section, commands: shown, found }) => ({ section, commands: shown, found }));
}

/** A title cut where the typed words stand in it. */
export function markTitle(title: string, typed: string): TitlePart[] {
  const words = splitWords(readTyped(typed).text);
  const lower = title.toLowerCase();
  const isHit = new Array<boolean>(title.length).fill(false);
  // A letter whose lower case is longer would shift all places after it.
  if (lower.length === title.length) {
    for (const word of words) {
      const at = lower.indexOf(word);
      if (at >= 0) isHit.fill(true, at, at + word.length);
    }
  }
  const parts: TitlePart[] = [];
  for (let at = 0; at < title.length; at++) {
    const last = parts.at(-1);
    const hit = isHit[at] === true;
    if (last?.isHit === hit) last.text += title[at];
    else parts.push({ text: title[at] ?? '', isHit: hit });
  }
  return parts;
}

/** What was typed, without the `>` that asks for actions. */
export function readTyped(typed: string): { text: string; actionsOnly: boolean } {
  const text = typed.trim();
  return text.startsWith('>') ? { text: text.slice(1).trim(), actionsOnly: true } : { text, actionsOnly: false };
}

function splitWords(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

function rankOf(title: string, text: string): number {
  const lower = title.toLowerCase();
  const wanted = text.toLowerCase();
  if (wanted === '' || lower.startsWith(wanted)) return 0;
  if (lower.includes(` ${wanted}`)) return 1;
  return lower.includes(wanted) ? 2 : 3;
}
