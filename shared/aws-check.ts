/** A figure of AWS's answer beside ours. `reason` says what probably makes the difference; null where there is none. */
export type FigureCheck = {
  name: string;
  aws: string | number | null;
  ours: string | number | null;
  reason: string | null;
};

export type ContributorCheck = {
  keys: string[];
  /** From 1; null where the contributor is not in that report. */
  awsRank: number | null;
  ourRank: number | null;
  aws: number | null;
  ours: number | null;
  /** Periods in which the two have different values. */
  otherPeriods: number;
  reason: string | null;
};

/** An answer of AWS's GetInsightRuleReport beside our report of the same rule. */
export type AwsCheck = {
  /** Nothing differs. */
  isSame: boolean;
  figures: FigureCheck[];
  /** In AWS's order, then those that only we have. */
  contributors: ContributorCheck[];
};
