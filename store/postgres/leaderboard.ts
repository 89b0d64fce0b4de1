import type { WireNumber } from "../../core/number.ts";
import { fromLoss } from "../../core/objective.ts";
import { nonDominatedRanks } from "../../core/ranking.ts";
import type { Leaderboard, LeaderboardRow } from "../../core/resources.ts";
import type { Params } from "../../core/space.ts";
import type { StudySpec } from "../../core/study.ts";
import type { TrialState } from "../../core/trial.ts";
import type { Sql } from "./connect.ts";

/** Fronts of several objectives are found among this many trials at most, the newest first. */
const MAX_RANKED = 2_000;

interface RankedRow {
  number: number;
  state: TrialState;
  objective_values: (WireNumber | null)[];
  violations: (number | null)[];
  feasible: boolean;
  losses: number[];
  params: Params;
  budget: number | null;
  seconds: number;
}

/**
 * Measured trials, best first: completed before pruned (a pruned value is of a shorter run), feasible before infeasible,
 * then by loss or front, ties by number.
 */
export async function leaderboard(sql: Sql, id: string, limit: number): Promise<Leaderboard> {
  const [study] = await sql<
    { name: string; spec: StudySpec }[]
  >`select name, spec from studies where id = ${id}`;
  const { name, spec } = study as { name: string; spec: StudySpec };
  const rows =
    spec.objectives.length === 1 ? await bestRows(sql, id, limit) : await frontRows(sql, id, limit);
  const { measured, median } = await measuredTrials(sql, id);
  const goal = spec.objectives[0]?.goal ?? "minimize";
  return {
    study: name,
    objectives: spec.objectives.map((objective) => ({ metric: objective.metric, goal: objective.goal })),
    rows,
    medianValue: spec.objectives.length === 1 && median !== null ? shown(fromLoss(goal, median)) : null,
    measured,
  };
}

async function bestRows(sql: Sql, id: string, limit: number): Promise<LeaderboardRow[]> {
  const rows = await sql<RankedRow[]>`
    select number, state, objective_values, violations, feasible, losses, params, budget, seconds from trials
    where study_id = ${id} and losses is not null
    order by state <> 'completed', not feasible, losses[1], number limit ${limit}`;
  return rows.map((row, index) => toRow(row, index + 1));
}

async function frontRows(sql: Sql, id: string, limit: number): Promise<LeaderboardRow[]> {
  const rows = await sql<RankedRow[]>`
    select number, state, objective_values, violations, feasible, losses, params, budget, seconds from trials
    where study_id = ${id} and losses is not null order by number desc limit ${MAX_RANKED}`;
  const ranks = nonDominatedRanks(rows.map((row) => row.losses));
  const ranked = rows.map((row, index) => ({ row, rank: ranks[index] as number }));
  ranked.sort(
    (a, b) =>
      Number(a.row.state !== "completed") - Number(b.row.state !== "completed") ||
      Number(!a.row.feasible) - Number(!b.row.feasible) ||
      a.rank - b.rank ||
      a.row.number - b.row.number,
  );
  return ranked.slice(0, limit).map(({ row, rank }) => toRow(row, rank + 1));
}

function toRow(row: RankedRow, rank: number): LeaderboardRow {
  return {
    rank,
    trial: row.number,
    values: row.objective_values,
    violations: row.violations,
    feasible: row.feasible,
    params: row.params,
    state: row.state,
    budget: row.budget,
    seconds: row.seconds,
  };
}

/** Without the last digit of a double, in which the mean of two values shows its rounding: 0.8615, not 0.8614999999999999. */
function shown(value: number): number {
  return Number(value.toPrecision(15));
}

/** How many completed with a value, and the median of their first losses; see `rateCompleted`. */
async function measuredTrials(sql: Sql, id: string): Promise<{ measured: number; median: number | null }> {
  const [row] = await sql<{ measured: number; low: number | null; high: number | null }[]>`
    select rated as measured, middle_loss as low,
           case when rated % 2 = 1 then middle_loss
                else (select losses[1] from trials t
                      where t.study_id = s.study_id and t.state = 'completed' and (losses[1], number) > (s.middle_loss, s.middle_trial)
                      order by losses[1], number limit 1) end as high
    from study_savings s where study_id = ${id}`;
  const { measured, low, high } = row ?? { measured: 0, low: null, high: null };
  return { measured, median: low === null || high === null ? null : low + (high - low) / 2 };
}
