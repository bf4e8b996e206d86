import { syntaxTree } from '@codemirror/language';
import { RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

/** Classes of `code.css` by the names that the JSON parser gives to its nodes. */
const classes: Record<string, Decoration> = {
  PropertyName: Decoration.mark({ class: 'code-key' }),
  String: Decoration.mark({ class: 'code-string' }),
  Number: Decoration.mark({ class: 'code-number' }),
  True: Decoration.mark({ class: 'code-number' }),
  False: Decoration.mark({ class: 'code-number' }),
  Null: Decoration.mark({ class: 'code-number' }),
};

/** Colours for JSON by classes, so that they follow the theme. */
export const jsonColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = colour(view);
    }
    update(update: ViewUpdate) {
      const isParsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.viewportChanged || isParsed) this.decorations = colour(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function colour(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const decoration = classes[node.name];
        if (decoration !== undefined && node.from < node.to) builder.add(node.from, node.to, decoration);
      },
    });
  }
  return builder.finish();
}
