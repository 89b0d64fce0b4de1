import type { Parameter, Params } from "../../../core/space.ts";
import type { BenchmarkProblem } from "../problem.ts";

/** A training job that runs within the process, a fraction of a second long. */
export interface LiveProblem {
  name: string;
  split: BenchmarkProblem["split"];
  parameters: readonly Parameter[];
  /** Pure: training's randomness is derived from the params. `work`: multiplications or the like. */
  train(params: Params): { loss: number; work: number };
}
