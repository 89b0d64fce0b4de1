import type { Point } from "../../core/algorithm.ts";
import { createPosterior, type Posterior } from "../../math/gp/model.ts";
import { NotPositiveDefiniteError } from "../../math/linear-algebra.ts";
import type { History } from "../common/history.ts";
import type { Columns } from "./columns.ts";
import { distanceBetween, localData } from "./local-data.ts";
import { boxShape, fitTheta } from "./local-model.ts";
import type { RegionLog } from "./region-log.ts";

/** What is known of the region at hand. */
export interface Surrogate {
  /** Conditioned on the region's results, and on pending trials as if each had found what is expected of it. */
  readonly posterior: Posterior;
  /** Results that it rests on. */
  readonly results: number;
  /** The trial with the lowest mean: what noise flatters less than the lowest loss. */
  readonly centre: number;
  /** The mean there, and at pending trials where it is lower. */
  readonly best: number;
  /** Stretches the box by one factor a column. */
  readonly shape: Float64Array;
}

/** Points that the model rests on at most, so that its cost has a bound. */
const MOST_RESULTS = 300;
const MOST_PENDING = 100;

interface Fitted {
  key: string;
  theta: Float64Array;
}

interface Conditioned {
  key: string;
  posterior: Posterior;
  results: number;
  centre: number;
  best: number;
  row: Float64Array;
}

/**
 * Asks for the surrogate at this point of the log, which has a result. Both the fit and the posterior depend on the log
 * alone: keeping them saves time and changes nothing.
 */
export function createSurrogate(columns: Columns, log: RegionLog, history: History): () => Surrogate {
  let fit: Fitted | null = null;
  let kept: Conditioned | null = null;

  const thetaNow = (): Float64Array => {
    const { id, results, incumbent } = log.fitted;
    const key = `${id}/${results}`;
    if (fit?.key === key) return fit.theta;
    const then = log.results.slice(0, results);
    const data = localData(then, incumbent!.trial, columns, history, MOST_RESULTS);
    fit = { key, theta: fitTheta(data) };
    return fit.theta;
  };

  const conditioned = (theta: Float64Array): Conditioned => {
    const { id, results, incumbent } = log.region;
    const key = `${id}/${results}`;
    if (kept?.key === key) return kept;
    const data = localData(log.results, incumbent!.trial, columns, history, MOST_RESULTS);
    const posterior = createPosterior(data, theta);
    const mean = new Float64Array(data.n);
    posterior.predict(data.x, data.n, mean, new Float64Array(data.n));
    const lowest = mean.indexOf(Math.min(...mean));
    const row = data.x.slice(lowest * data.d, (lowest + 1) * data.d);
    kept = { key, posterior, results: data.n, centre: data.trials[lowest]!, best: mean[lowest]!, row };
    return kept;
  };

  return () => {
    const theta = thetaNow();
    const { posterior, results, centre, best, row } = conditioned(theta);
    const rows = nearest(
      history.pending.map(({ point }) => point),
      row,
      columns,
    );
    const { posterior: extended, lowest } = believing(posterior, rows);
    return {
      posterior: extended,
      results,
      centre,
      best: Math.min(best, lowest),
      shape: boxShape(theta, columns.categorical),
    };
  };
}

function nearest(points: readonly Point[], centre: Float64Array, columns: Columns): Float64Array[] {
  const rows = points.map((point, order) => {
    const row = columns.row(point);
    return { row, order, distance: distanceBetween(row, centre, columns.categorical) };
  });
  rows.sort((a, b) => a.distance - b.distance || a.order - b.order);
  return rows.slice(0, MOST_PENDING).map(({ row }) => row);
}

/** Ginsbourger et al. 2010, "kriging believer": the mean stays as it is, the variance near pending trials goes. */
function believing(posterior: Posterior, rows: readonly Float64Array[]) {
  const mean = new Float64Array(1);
  const variance = new Float64Array(1);
  let extended = posterior;
  let lowest = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    extended.predict(row, 1, mean, variance);
    lowest = Math.min(lowest, mean[0]!);
    try {
      extended = extended.extend(row, mean[0]!);
    } catch (error) {
      // A copy of a result adds nothing.
      if (!(error instanceof NotPositiveDefiniteError)) throw error;
    }
  }
  return { posterior: extended, lowest };
}
