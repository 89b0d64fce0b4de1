import type { ScheduleEvent } from "../../core/fidelity.ts";
import { quantile } from "../stopping/order-statistics.ts";
import type { Ceiling } from "./promotion.ts";
import type { Ranking, RungResult } from "./ranking.ts";

/**
 * The ceiling of PASHA (Bohdal et al. 2023): it rises by one rung when the rankings at the ceiling and at the rung below it
 * disagree by more than noise.
 *
 * epsilon: losses that differ by no more than it are tied (section 4.2 there). E: the differences of pairs of trials whose
 * curves crossed and crossed back, which only noise explains; epsilon is a quantile of E, 0 while E is empty.
 */

/** Trials that a new one at the ceiling is compared with. The latest: enough for a quantile, at a bounded cost. */
const COMPARED = 50;
/** Differences that epsilon is taken from, the latest. */
const REMEMBERED = 1000;

type Curve = Map<number, number>;

/** @param top index of the highest rung. */
export function createRisingCeiling(top: number, tieQuantile: number): Ceiling {
  const curves = new Map<number, Curve>();
  /** Trials at the ceiling, in the order of their coming. */
  let arrived: number[] = [];
  const differences: number[] = [];
  let rung = Math.min(1, top);

  const learnNoise = (trial: number): void => {
    for (const other of arrived.slice(-COMPARED)) {
      const difference = differenceOfCrossed(curves.get(trial), curves.get(other));
      if (difference !== null) differences.push(difference);
    }
    differences.splice(0, differences.length - REMEMBERED);
  };

  return {
    get rung() {
      return rung;
    },
    observe(event, rungs) {
      if (event.type === "observed") keep(curves, event);
      if (event.type !== "paused" && event.type !== "finished") return;
      const ceiling = resultsOf(rungs[rung]!);
      if (rung === top || !ceiling.some(({ trial }) => trial === event.trial)) return;
      if (arrived.includes(event.trial)) return;
      learnNoise(event.trial);
      arrived.push(event.trial);
      const epsilon = differences.length === 0 ? 0 : quantile(Float64Array.from(differences), tieQuantile);
      if (agree(ceiling, resultsOf(rungs[rung - 1]!), epsilon)) return;
      rung += 1;
      arrived = [];
    },
  };
}

function keep(
  curves: Map<number, Curve>,
  { trial, step, losses }: ScheduleEvent & { type: "observed" },
): void {
  const curve = curves.get(trial) ?? new Map<number, number>();
  curves.set(trial, curve.set(step, losses[0]!));
}

function resultsOf(ranking: Ranking): RungResult[] {
  return ranking.all().filter(({ losses }) => losses !== null);
}

/**
 * Whether each trial at the ceiling lies within the tie group of its own position in the ranking below (soft ranks,
 * Definition 4.1). @param below the whole rung below, best first.
 */
function agree(ceiling: readonly RungResult[], below: readonly RungResult[], epsilon: number): boolean {
  const members = new Set(ceiling.map(({ trial }) => trial));
  const before = below.filter(({ trial }) => members.has(trial));
  const lossBefore = new Map(before.map(({ trial, losses }) => [trial, losses![0]!]));
  const known = ceiling.filter(({ trial }) => lossBefore.has(trial));
  return known.every(
    ({ trial }, position) => Math.abs(lossBefore.get(trial)! - before[position]!.losses![0]!) <= epsilon,
  );
}

/** The difference at the last common step of two curves that crossed and crossed back; null when they did not. */
function differenceOfCrossed(a: Curve | undefined, b: Curve | undefined): number | null {
  if (a === undefined || b === undefined) return null;
  let sign = 0;
  let crossings = 0;
  let last = 0;
  for (const step of [...a.keys()].sort((x, y) => x - y)) {
    const other = b.get(step);
    if (other === undefined) continue;
    last = a.get(step)! - other;
    if (last === 0) continue;
    if (sign !== 0 && Math.sign(last) !== sign) crossings += 1;
    sign = Math.sign(last);
  }
  return crossings >= 2 && Number.isFinite(last) ? Math.abs(last) : null;
}
