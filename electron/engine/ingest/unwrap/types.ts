import { textContainers } from '../../../../shared/source-preview';

/** How CloudWatch Logs got into a file. Recognised by content, see `docs/formats.md`. `table`: the text of a Parquet file. */
export const containers = [...textContainers, 'table'] as const;

export type Container = (typeof containers)[number];

/** One log event as it stands in a file, without what carried it there. */
export type RawEvent = {
  /** Time that the container gives, epoch ms UTC; null where the event has to tell its own. */
  timeMs: number | null;
  /** Without transport stamp and without the line end. Access logs in XML or CSV are JSON here: see access-presets.ts. */
  message: string;
  /** Log group that the document names; null where the container names none. */
  group: string | null;
  /** Log stream, likewise. */
  stream: string | null;
  /** Line of the decompressed file, from 1, on which the event starts. */
  line: number;
  /** Field names of the flow log header above this line; the same array for all lines below one header. */
  header: readonly string[] | null;
};

/**
 * Where reading stands, as plain JSON. A new unwrapper made from it, and given the file's bytes from `position` on, gives
 * the same further events as this one.
 */
export type UnwrapState = {
  /** Bytes of the decompressed file that are accounted for: all events that start before were handed out. */
  position: number;
  /** null until enough was read to tell. */
  container: Container | null;
  /** Line of the file, from 1, at `position`. */
  line: number;
  /** Flow log header in force at `position`. */
  header: readonly string[] | null;
  /** Pieces of text that could not be read as what the container holds, and were skipped. */
  malformed: number;
  /** Lines and events that were too long, and were cut. */
  cut: number;
  /** Where the first of these are. */
  faults: readonly Fault[];
  /** What this container's reader has to remember besides. */
  resume: ResumePoint | null;
};

/** A place in a file that was not read as it stands there. `line` counts from 1. */
export type Fault = { kind: 'malformed' | 'cut'; line: number };

export type ResumePoint =
  /** The rest of the line belongs to a line that was cut or to text that does not parse: it is skipped. */
  | { kind: 'skip-line' }
  /** Between two entries of a document that is too large to hold. */
  | { kind: 'in-document'; wrap: OpenWrap }
  /** In a document that is too large to hold, where no more events come. `broken`: it is counted as malformed already. */
  | { kind: 'skip-document'; scan: ScanState; broken: boolean }
  /** Below the header of a CSV file. */
  | { kind: 'csv'; columns: readonly string[]; skipLine: boolean };

/**
 * A document of which only the beginning was seen, and the member whose array holds the events. The document itself is the
 * array where it is one of `rows` of the console of Logs Insights, or of `entries` of a page.
 */
export type OpenWrap = {
  member: 'events' | 'logEvents' | 'Records' | 'results' | 'rows' | 'entries';
  group: string | null;
  stream: string | null;
};

/** The JSON scanner in the middle of a value: its own numbers, and a letter for each open object (`o`) or array (`a`). */
export type ScanState = { mode: number; count: number; containers: string };

/**
 * How the bytes read so far end. `open`: more follow. `quiet`: none for a while, so that the last line and the last event
 * of an export are complete, but a JSON document that is still being written is waited for. `final`: none ever.
 */
export type Ending = 'open' | 'quiet' | 'final';

export type Unwrapper = {
  /** Reads the next bytes of the file. The block is not kept and may be used again. */
  push(block: Buffer): void;
  /**
   * Says that the file ends here, at least for now: the last line and the last event of an export are complete. If not
   * `final`, more may be pushed, and a JSON document that is still being written is waited for.
   */
  end(final: boolean): void;
  /** Hands out the events read since the last call, in the file's order. */
  take(): RawEvent[];
  /** Where to go on once the events handed out so far, and those still to be taken, are safe. */
  state(): UnwrapState;
};

/** Reads one kind of container. Internal to this folder. */
export type Reader = {
  /**
   * Reads what follows the bytes that earlier calls consumed.
   * @param bytes all bytes not consumed yet   @param base position of `bytes[0]` in the file
   * @returns how many of them are done with
   */
  read(bytes: Buffer, base: number, ending: Ending): number;
  /** Where to resume if all consumed bytes up to `consumed` were read. */
  place(consumed: number): { position: number; line: number; resume: ResumePoint | null };
};

/** Where readers put what they find. Internal to this folder. */
export type Sink = {
  events: RawEvent[];
  header: readonly string[] | null;
  malformed: number;
  cut: number;
  faults: Fault[];
};
