import type { LeaderboardRow, TrialResource } from "../../../core/resources.ts";

/** A place on the leaderboard. Equal values share one: two best ones are both "1=". */
export interface Rank {
  rank: number;
  tied: boolean;
}

type Ranks = ReadonlyMap<number, Rank>;

/**
 * Ranks of one objective, of trials in the order best first. Only completed trials within the constraints have one: a
 * pruned trial's value is of a shorter run, and a running one's is not its last.
 */
export function ranksOf(bestFirst: readonly TrialResource[]): Ranks {
  return tiedRanks(
    bestFirst.filter(isRanked).map(({ number, values }) => ({ trial: number, value: values[0] })),
  );
}

function isRanked({ state, values, violations }: TrialResource): boolean {
  const measured = values.length > 0 && values.every((value) => typeof value === "number");
  return (
    state === "completed" && measured && violations.every((violation) => violation !== null && violation <= 0)
  );
}

/** Ranks as the server gives them: places of one objective, fronts of several (a front is no tie). */
export function ranksOfLeaderboard(rows: readonly LeaderboardRow[], objectives: number): Ranks {
  const ranked = rows.filter(({ state, feasible }) => state === "completed" && feasible);
  if (objectives > 1) return new Map(ranked.map(({ trial, rank }) => [trial, { rank, tied: false }]));
  return tiedRanks(ranked.map(({ trial, values }) => ({ trial, value: values[0] })));
}

function tiedRanks(bestFirst: readonly { trial: number; value: unknown }[]): Ranks {
  const ranks = new Map<number, Rank>();
  let rank = 1;
  for (const [index, { trial, value }] of bestFirst.entries()) {
    const equalsBefore = bestFirst[index - 1]?.value === value;
    if (!equalsBefore) rank = index + 1;
    ranks.set(trial, { rank, tied: equalsBefore || bestFirst[index + 1]?.value === value });
  }
  return ranks;
}

export function rankText(rank: Rank | undefined): string {
  return rank === undefined ? "–" : `${rank.rank}${rank.tied ? "=" : ""}`;
}
