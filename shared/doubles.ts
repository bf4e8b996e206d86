/** Events of a file that another file holds too: same log group, stream, time and message. */
export type DoubleFiles = {
  group: string;
  /** File whose copies count as doubles, and the one whose events are kept. */
  path: string;
  keptPath: string;
  events: number;
  firstMs: number;
  lastMs: number;
};

/** All doubles of a workspace. */
export type Doubles = {
  events: number;
  /** The most doubles first. */
  files: DoubleFiles[];
  /** Pairs of files beyond those listed. */
  moreFiles: number;
  /** What reports do with them. */
  setting: DoublesSetting;
};

export type DoublesSetting = 'keep' | 'leave out';

/** Key of the setting in the workspace. */
export const doublesSettingKey = 'doubles';
