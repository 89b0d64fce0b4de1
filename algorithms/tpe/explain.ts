import type { Evidence, Point, Problem } from "../../core/algorithm.ts";
import type { Split } from "./split.ts";
import type { TrialTable } from "./table.ts";
import type { Candidate } from "./tree.ts";

/** Good trials named in the evidence. */
const NEAREST = 3;

/** How a point was drawn: whole, or each parameter by itself; among how many. */
interface Draw {
  joint: boolean;
  candidates: number;
}

/** Why a point was proposed, in numbers and in words. */
export function explain(
  problem: Problem,
  { point, score, fromPrior }: Candidate,
  split: Split,
  table: TrialTable,
  { joint, candidates }: Draw,
): Evidence {
  const nearest = nearestGood(problem, point, split.good, table);
  const good = split.good.length;
  const rest = split.ranked - good;
  const exploring = fromPrior || score <= 0;
  const density = joint ? "joint" : "separate";
  const inputs = {
    good,
    rest,
    logRatio: rounded(score),
    nearestGood: nearest,
    candidates,
    exploring,
    density,
  };
  const ratio = `${times(score)} as likely among them as among the other ${rest} (${exploring ? "exploring" : "exploiting"})`;
  const best = `the best ${good} of ${good + rest} trials`;
  const origin = fromPrior
    ? `Drawn from the whole range, not near one of ${best}`
    : joint
      ? `Drawn near ${trialList(nearest)} of ${best}`
      : `Each parameter drawn by itself near its values in ${best}, together closest to ${trialList(nearest)}`;
  return { rule: "tpe", inputs, text: `${origin}: ${ratio}.` };
}

/** Numbers of the good trials next to the point, nearest first: differences of coordinates, 1 for another choice. */
function nearestGood(problem: Problem, point: Point, good: readonly number[], table: TrialTable): number[] {
  const distances = good.map((row) => ({ row, distance: distance(problem, point, row, table) }));
  distances.sort((a, b) => a.distance - b.distance || a.row - b.row);
  return distances.slice(0, NEAREST).map(({ row }) => table.record(row).trial);
}

function distance({ dimensions }: Problem, point: Point, row: number, table: TrialTable): number {
  let sum = 0;
  for (let k = 0; k < point.length; k++) {
    const here = point[k];
    const there = table.coordinates[row * table.dimensions + k]!;
    if (here === null || here === undefined || Number.isNaN(there)) {
      if ((here === null) !== Number.isNaN(there)) sum += 1;
    } else if (dimensions[k]!.kind === "categorical") sum += here === there ? 0 : 1;
    else sum += (here - there) ** 2;
  }
  return sum;
}

/** "trials 12, 31 and 7" */
function trialList(trials: readonly number[]): string {
  if (trials.length === 1) return `trial ${trials[0]}`;
  return `trials ${trials.slice(0, -1).join(", ")} and ${trials.at(-1)}`;
}

/** "2.3 times" */
function times(logRatio: number): string {
  const ratio = Math.exp(logRatio);
  if (ratio > 1e6) return "over a million times";
  return `${Number(ratio.toPrecision(2))} times`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
