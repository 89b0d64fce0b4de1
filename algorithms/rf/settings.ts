export type Target = "log" | "half-rank" | "plain";

/** What the forest search does by number. The defaults were measured on the development problems (docs/algorithms). */
export interface Settings {
  trees: number;
  featureShare: number;
  minSplit: number;
  minLeaf: number;
  bootstrap: boolean;
  /** Share of suggestions that are random points. */
  randomShare: number;
  /** How losses become targets: of a single objective, and of each of several. */
  target: Target;
  targetOfSeveral: Target;
  /** What is to be improved on: the lowest mean at a finished trial, or the lowest target. */
  incumbent: "predicted" | "observed";
  /** Random candidates, looked at before local search. */
  candidates: number;
  /** Best finished trials and best random candidates that local search starts from. */
  incumbents: number;
  randomStarts: number;
  /** Standard deviations of the steps that numeric neighbours take, as shares of the range. */
  steps: readonly number[];
  /** Most steps of one local search. */
  climbs: number;
}

export const DEFAULT_SETTINGS: Settings = {
  trees: 10,
  featureShare: 5 / 6,
  minSplit: 3,
  minLeaf: 1,
  bootstrap: true,
  randomShare: 0.2,
  target: "log",
  targetOfSeveral: "half-rank",
  incumbent: "predicted",
  candidates: 2000,
  incumbents: 10,
  randomStarts: 10,
  steps: [0.2, 0.2, 0.2, 0.2],
  climbs: 20,
};
