import { PEER, type TimingFigure } from "../suggestion/tasks.ts";
import type { Comparison } from "./comparison.ts";
import { type FamilyCurve, familyCurves } from "./family-curves.ts";
import { inWords } from "./markdown.ts";
import { lineChart, type Series, X_RANGE, Y_RANGE } from "./plot/line-chart.ts";
import { type Look, looksOf } from "./plot/looks.ts";
import { rankDiagram } from "./plot/rank-diagram.ts";
import { linearScale, logScale } from "./plot/scale.ts";
import { nemenyi } from "./statistics.ts";
import type { Summary } from "./summary.ts";
import type { Recorded } from "./targets.ts";

/** The pictures of the report. */

export interface Picture {
  file: string;
  title: string;
  svg: string;
}

/** Regrets below are drawn here: half of the runs at the optimum would be at minus infinity. */
const FLOOR = 1e-4;
/** More lines than these are a tangle. */
const LINES = 10;
const TRIALS = [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 140, 160, 180, 200];

/** Null where no method has runs on all problems of the family. */
export function regretPicture(
  { index, facts, methods, peers }: Recorded,
  family: string,
  workers: number,
): Picture | null {
  const problems = facts.filter((problem) => problem.family === family);
  const curves = familyCurves(index, problems, { methods, workers, trials: TRIALS });
  if (curves.length === 0) return null;
  const shown = lowestLast(curves);
  const points = shown.flatMap((curve) => curve.points);
  const lowest = Math.max(FLOOR, Math.min(...points.map(({ low }) => low)));
  const highest = Math.max(1, ...points.map(({ high }) => high));
  const last = Math.max(...points.map(({ trials }) => trials));
  const lookOf = looksOf(methods, peers);
  const title = `${family}: regret over trials, ${inWords(workers)}`;
  const svg = lineChart({
    title,
    xTitle: "finished trials",
    yTitle: "normalised regret, median",
    x: linearScale([0, last], X_RANGE),
    y: logScale([lowest, highest], Y_RANGE),
    series: shown.map((curve) => seriesOf(curve, lookOf(curve.method))),
  });
  return { file: `regret-${family}-${workers}.svg`, title, svg };
}

/** @param summaries of the comparison's methods. */
export function rankPicture(comparison: Comparison, summaries: readonly Summary[]): Picture {
  const { methods, problems, horizon, workers } = comparison;
  const title = `Mean ranks after ${horizon} trials, ${inWords(workers)}, ${problems.length} problems`;
  const svg = rankDiagram({
    title,
    ranks: summaries.map(({ method, meanRank }) => ({ name: method, rank: meanRank.value })),
    criticalDifference: nemenyi(methods.length, problems.length),
  });
  return { file: `ranks-${horizon}-${workers}.svg`, title, svg };
}

/** Null without figures. */
export function timePicture(figures: readonly TimingFigure[]): Picture | null {
  const timed = figures.filter(({ kind, dimensions }) => kind === "suggestion" && dimensions === 10);
  if (timed.length === 0) return null;
  const methods = [...new Set(timed.map(({ method }) => method))];
  const lookOf = looksOf(methods, [PEER]);
  const values = timed.map(({ value }) => value);
  const title = "A suggestion after n trials, 10 dimensions";
  const svg = lineChart({
    title,
    xTitle: "finished trials in the study",
    yTitle: "milliseconds, median",
    x: logScale([100, 10_000], X_RANGE),
    y: logScale([Math.min(...values) / 1.5, Math.max(...values) * 1.5], Y_RANGE),
    series: methods.map((method) => ({
      ...{ name: method, ...lookOf(method), marked: true },
      points: timed
        .filter((figure) => figure.method === method)
        .sort((a, b) => a.trials - b.trials)
        .map(({ trials, value }) => [trials, value] as const),
    })),
  });
  return { file: "suggestion-time.svg", title, svg };
}

/** The methods whose curves end lowest, best first, and ours in any case. */
function lowestLast(curves: readonly FamilyCurve[]): FamilyCurve[] {
  const last = ({ points }: FamilyCurve) => points.at(-1)!.value;
  const sorted = [...curves].sort((a, b) => last(a) - last(b));
  return sorted.filter(({ method }, index) => index < LINES || method === "auto");
}

function seriesOf({ method, points }: FamilyCurve, look: Look): Series {
  return {
    ...{ name: method, ...look },
    points: points.map(({ trials, value }) => [trials, value] as const),
    band: points.map(({ low, high }) => [low, high] as const),
  };
}
