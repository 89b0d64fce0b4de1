/** Orders of finished trials: the leaderboard of one objective, Pareto ranks of several. */

export interface Ranked {
  /** Trial number. */
  trial: number;
  /** Loss of the single objective; null or not finite: the trial has no result. */
  loss: number | null;
  /** One entry an outcome constraint, `violation` of core/objective.ts; <= 0 is satisfied. */
  violations: readonly number[];
}

/** The sum of what is broken, 0 when every constraint is satisfied. */
export function totalViolation(violations: readonly number[]): number {
  return violations.reduce(
    (sum, item) => sum + (Number.isNaN(item) ? Number.POSITIVE_INFINITY : Math.max(0, item)),
    0,
  );
}

/**
 * Comparator of a leaderboard, best first: trials that satisfy every constraint by loss, then the others by how much
 * they break, then those without a result. Ties go to the earlier trial, so the order is total.
 */
export function compareTrials(a: Ranked, b: Ranked): number {
  const groups = group(a) - group(b);
  if (groups !== 0) return groups;
  if (group(a) === 2) return a.trial - b.trial;
  return (
    compareNumbers(totalViolation(a.violations), totalViolation(b.violations)) ||
    compareNumbers(a.loss!, b.loss!) ||
    a.trial - b.trial
  );
}

function group(trial: Ranked): 0 | 1 | 2 {
  if (trial.loss === null || !Number.isFinite(trial.loss)) return 2;
  return totalViolation(trial.violations) === 0 ? 0 : 1;
}

// Not a - b: Infinity - Infinity is NaN, which a sort takes for "equal" in one direction only.
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether losses `a` are nowhere worse than `b` and somewhere better (Pareto dominance, minimising). Same length. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (let k = 0; k < a.length; k++) {
    if (a[k]! > b[k]!) return false;
    if (a[k]! < b[k]!) better = true;
  }
  return better;
}

/**
 * The front that each point belongs to: 0 for points that none dominates, 1 for those that only front 0 dominates, and
 * so on (Deb et al. 2002). `losses`: n points of m finite losses. Returns n ranks. O(n² m).
 */
export function nonDominatedRanks(losses: readonly (readonly number[])[]): number[] {
  const ranks = losses.map(() => 0);
  const dominatorsLeft = losses.map((a) => losses.reduce((count, b) => count + (dominates(b, a) ? 1 : 0), 0));
  let front = losses.flatMap((_, index) => (dominatorsLeft[index] === 0 ? [index] : []));
  for (let rank = 0; front.length > 0; rank++) {
    const next: number[] = [];
    for (const index of front) {
      ranks[index] = rank;
      for (const [other, point] of losses.entries()) {
        if (dominates(losses[index]!, point) && --dominatorsLeft[other]! === 0) next.push(other);
      }
    }
    front = next;
  }
  return ranks;
}
