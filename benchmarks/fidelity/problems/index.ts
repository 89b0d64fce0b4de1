import { loadLcbenchCurves } from "./lcbench.ts";
import type { CurveProblem } from "./problem.ts";
import { loadTasksetCurves } from "./taskset.ts";
import { loadXgbMnist } from "./xgb-mnist.ts";
import { loadYahpoCurves } from "./yahpo.ts";

/**
 * The registry of suites: adding one is one file and one line here. NAS-Bench-201, FCNet and NMT are not among them, since
 * what is recorded of them is the end of each training alone.
 */
const suites: readonly ((data: string | null) => CurveProblem[])[] = [
  loadLcbenchCurves,
  loadTasksetCurves,
  loadXgbMnist,
  loadYahpoCurves,
];

/** Every problem whose recordings are below the directory; none without one. */
export function loadCurveProblems(data: string | null): CurveProblem[] {
  return suites.flatMap((load) => load(data));
}
