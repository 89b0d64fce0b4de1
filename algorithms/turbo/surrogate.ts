import type { Point } from "../../core/algorithm.ts";
import { createPosterior, type Posterior } from "../../math/gp/model.ts";
import { NotPositiveDefiniteError } from "../../math/linear-algebra.ts";
import type { History } from "../common/history.ts";
import type { Columns } from "./columns.ts";
import { type Failing, failingAt, fitFailures } from "./failures.ts";
import { distanceBetween, type LocalResults, localResults, lossData } from "./local-data.ts";
import { boxShape, fitTheta } from "./local-model.ts";
import type { Region } from "./region.ts";
import type { RegionLog } from "./region-log.ts";

/** What is known of the region at hand. */
export interface Surrogate {
  /** Of the targets: conditioned on results, and on pending trials as if each had found what is expected of it. */
  readonly posterior: Posterior;
  /** Null where no trial has failed. */
  readonly failing: Failing | null;
  /** Results that it rests on. */
  readonly results: number;
  /** The trial with the lowest mean: what noise flatters less than the lowest loss. */
  readonly centre: number;
  /** The mean there, or at a pending trial where it is lower. */
  readonly best: number;
  /** Stretches the box by one factor a column. */
  readonly shape: Float64Array;
}

/** Points that the model rests on at most, so that its cost has a bound. */
const MOST_RESULTS = 300;
const MOST_PENDING = 100;
/** Objectives are taken for nearly exact until results say otherwise. */
const NOISE = 1e-4;

interface Thetas {
  loss: Float64Array;
  /** Null where no trial has failed. */
  failure: Float64Array | null;
}

/**
 * Asks for the surrogate at this point of the log, which has a result with a loss. Fits and posteriors depend on the log
 * alone: keeping them saves time and changes nothing.
 */
export function createSurrogate(columns: Columns, log: RegionLog, history: History): () => Surrogate {
  const resultsAt = ({ results, incumbent }: Region) =>
    localResults(log.results.slice(0, results), incumbent!.trial, columns, history, MOST_RESULTS);

  const thetasAt = keptBy((region: Region): Thetas => {
    const local = resultsAt(region);
    return { loss: fitTheta(lossData(local), NOISE), failure: fitFailures(local) };
  });
  const conditionedAt = keptBy((region: Region) => conditioned(resultsAt(region), thetasAt(log.fitted)));

  return () => {
    const { posterior, best, row, ...known } = conditionedAt(log.region);
    const pending = nearest(
      history.pending.map(({ point }) => point),
      row,
      columns,
    );
    const believed = believing(posterior, pending);
    const shape = boxShape(thetasAt(log.fitted).loss, columns.categorical);
    return { ...known, posterior: believed.posterior, best: Math.min(best, believed.lowest), shape };
  };
}

/** Remembers the latest answer. A region and the number of its results say all that an answer depends on. */
function keptBy<Answer>(compute: (region: Region) => Answer): (region: Region) => Answer {
  let kept: { key: string; answer: Answer } | null = null;
  return (region) => {
    const key = `${region.id}/${region.results}`;
    if (kept?.key !== key) kept = { key, answer: compute(region) };
    return kept.answer;
  };
}

function conditioned(local: LocalResults, thetas: Thetas) {
  const data = lossData(local);
  const posterior = createPosterior(data, thetas.loss);
  const mean = new Float64Array(data.n);
  posterior.predict(data.x, data.n, mean, new Float64Array(data.n));
  const lowest = mean.indexOf(Math.min(...mean));
  return {
    posterior,
    failing: failingAt(local, thetas.failure),
    results: local.trials.length,
    centre: data.trials[lowest]!,
    best: mean[lowest]!,
    row: data.x.slice(lowest * data.d, (lowest + 1) * data.d),
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
