import type { ScheduleEvent } from "../../core/fidelity.ts";
import { quantile } from "../stopping/order-statistics.ts";
import type { Ceiling } from "./promotion.ts";
import { createRanking, type Ranking } from "./ranking.ts";

/**
 * The ceiling of PASHA (Bohdal et al. 2023): it rises by one rung when the rankings at the ceiling and at the rung below it
 * disagree by more than noise.
 *
 * epsilon: losses that differ by no more than it are tied (section 4.2 there). E: the differences of pairs of trials whose
 * curves crossed and crossed back, which only noise explains; epsilon is a quantile of E, 0 while E is empty.
 */

/** Trials that a new one at the ceiling is compared with. The latest: enough for a quantile, at a bounded cost. */
const COMPARED = 20;
/** Differences that epsilon is taken from, the latest. */
const REMEMBERED = 1000;

/** Losses by step. */
type Curve = Map<number, number>;

/** @param top index of the highest rung. */
export function createRisingCeiling(top: number, tieQuantile: number): Ceiling {
  const curves = new Map<number, Curve>();
  const differences: number[] = [];
  let rung = Math.min(1, top);
  let members = createMembers();

  const learnNoise = (trial: number): void => {
    for (const other of members.latest(COMPARED)) {
      const difference = differenceOfCrossed(curves.get(trial), curves.get(other));
      if (difference !== null) differences.push(difference);
    }
    differences.splice(0, Math.max(0, differences.length - REMEMBERED));
  };
  const epsilon = () =>
    differences.length === 0 ? 0 : quantile(Float64Array.from(differences), tieQuantile);

  return {
    get rung() {
      return rung;
    },
    observe(event, change, rungs) {
      if (event.type === "observed") keep(curves, event);
      if (rung === top || !change?.reached?.losses || change.after.rung !== rung) return;
      if (!members.has(event.trial)) learnNoise(event.trial);
      members.add(event.trial, rungs[rung - 1]!);
      if (members.rankedAlike(rungs[rung]!, epsilon())) return;
      rung += 1;
      members = createMembers();
      for (const { trial } of rungs[rung]!.all()) members.add(trial, rungs[rung - 1]!);
    },
  };
}

function keep(
  curves: Map<number, Curve>,
  { trial, step, losses }: ScheduleEvent & { type: "observed" },
): void {
  const curve: Curve = curves.get(trial) ?? new Map();
  curves.set(trial, curve.set(step, losses[0]!));
}

/** The trials at the ceiling, with their results at the rung below. */
function createMembers() {
  const lossBelow = new Map<number, number>();
  const orderBelow = createRanking(1);
  return {
    has: (trial: number) => lossBelow.has(trial),
    /** The last of them to come. */
    latest: (count: number) => [...lossBelow.keys()].slice(-count),
    add(trial: number, below: Ranking): void {
      const result = below.resultOf(trial);
      if (!result?.losses) return;
      lossBelow.set(trial, result.losses[0]!);
      orderBelow.put(result, false);
    },
    /** Whether each lies within the tie group of its own position in the ranking below (soft ranks, Definition 4.1). */
    rankedAlike(ceiling: Ranking, epsilon: number): boolean {
      const below = orderBelow.all();
      let position = 0;
      for (const { trial } of ceiling.all()) {
        const loss = lossBelow.get(trial);
        if (loss === undefined) continue;
        if (Math.abs(loss - below[position]!.losses![0]!) > epsilon) return false;
        position += 1;
      }
      return true;
    },
  };
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
