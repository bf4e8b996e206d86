import type { Catalog, FieldEntry, TableEntry } from '../workspace/catalog';

/** A table keeps this many shapes; events of others keep their text. */
const maxShapes = 1000;

/** Shapes of all tables together that are told apart while loading. */
const maxNodes = 50_000;

/** A step in the tree of shapes: what the text between the values was so far. */
export type ShapeNode = {
  serial: number;
  next: Map<object, ShapeNode>;
};

/**
 * Finds out which events differ in their values only. The text around the values is their shape: kept once a table, it
 * gives the event back byte for byte, and the message need not be kept beside its fields.
 */
export class LineShapes {
  readonly root: ShapeNode = { serial: 0, next: new Map() };
  readonly #idsOfTable = new WeakMap<TableEntry, (number | null)[]>();
  #nodes = 1;

  constructor(private readonly catalog: Catalog) {}

  /** The shape that goes on with a piece of text; null where there are too many. The same object, the same piece. */
  step(node: ShapeNode, piece: object): ShapeNode | null {
    const known = node.next.get(piece);
    if (known) return known;
    if (this.#nodes === maxNodes) return null;
    const next: ShapeNode = { serial: this.#nodes++, next: new Map() };
    node.next.set(piece, next);
    return next;
  }

  /** The number of a whole event's shape in its table; null where it gets none. */
  idOf(
    table: TableEntry,
    node: ShapeNode,
    describe: () => { pieces: string[]; fields: FieldEntry[] } | null,
  ): number | null {
    let ids = this.#idsOfTable.get(table);
    if (ids === undefined) {
      ids = [];
      this.#idsOfTable.set(table, ids);
    }
    const known = ids[node.serial];
    if (known !== undefined) return known;
    const described = describe();
    const id =
      described === null ? null : this.catalog.shape(table, described.pieces, described.fields, maxShapes);
    ids[node.serial] = id;
    return id;
  }
}
