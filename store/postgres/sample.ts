import type { SampleQuery } from "../../core/chart-store.ts";
import type { Axis, TrialSample } from "../../core/charts.ts";
import type { WireNumber } from "../../core/number.ts";
import type { Parameter, Params } from "../../core/space.ts";
import type { StudySpec } from "../../core/study.ts";
import type { TrialState } from "../../core/trial.ts";
import type { Sql } from "./connect.ts";

/** States in which a trial is over, or waits at a rung: the index trials_sample. */
const ENDED: readonly TrialState[] = ["completed", "pruned", "paused", "failed", "infeasible", "cancelled"];

interface SampleRow {
  number: number;
  state: TrialState;
  objective_values: (WireNumber | null)[];
  params: Params;
  step: number | null;
  seconds: number;
}

/**
 * The best `top` trials by the first objective (the completed, feasible ones where they are asked for), and of the rest the
 * first in the order of their numbers' hashes: a random sample that stays the same. In columns.
 */
export async function sampleTrials(sql: Sql, studyId: string, query: SampleQuery): Promise<TrialSample> {
  const [study] = await sql<({ spec: StudySpec } & Record<TrialState, number>)[]>`
    select spec, running, queued, paused, completed, pruned, failed, infeasible, cancelled from studies where id = ${studyId}`;
  const { spec, ...counts } = study!;
  const states = ENDED.filter((state) => query.state?.includes(state) ?? true);
  const best = states.includes("completed") ? ["completed" as const] : states;
  const top = Math.min(query.top, query.limit);
  const total = states.reduce((sum, state) => sum + counts[state], 0);
  const rows = await sql<SampleRow[]>`
    with best as (
      select id from trials
      where study_id = ${studyId} and losses is not null and feasible and state = any(${best}::text[])
      order by losses[1], number limit ${top}
    ), others as (
      select id from trials
      where study_id = ${studyId} and (ended_at is not null or state = 'paused') and state = any(${states}::text[])
        and id not in (select id from best)
      order by hashint4(number) limit ${query.limit} - (select count(*) from best)
    )
    select t.number, t.state, t.objective_values, t.params, t.seconds,
           coalesce((select p.step from metric_points p
                     where p.trial_id = t.id and p.attempt = t.attempt
                       and p.name_id = (select id from metric_names where name = ${spec.objectives[0]!.metric})
                     order by p.step desc limit 1), t.budget) as step
    from trials t where t.id in (select id from best union all select id from others) order by t.number`;
  return { total, ...columnsOf(spec, rows) };
}

function columnsOf(spec: StudySpec, rows: readonly SampleRow[]): Omit<TrialSample, "total"> {
  const searched = spec.parameters.filter(({ type }) => type !== "fixed");
  return {
    sampled: rows.length,
    parameters: searched.flatMap(axisOf),
    trials: rows.map(({ number }) => number),
    states: rows.map(({ state }) => state),
    values: spec.objectives.map((_, k) => rows.map((row) => finite(row.objective_values[k]))),
    params: Object.fromEntries(
      searched.map(({ name }) => [name, rows.map(({ params }) => params[name] ?? null)]),
    ),
    steps: rows.map(({ step }) => step),
    seconds: rows.map(({ seconds }) => seconds),
  };
}

function axisOf(parameter: Parameter): Axis[] {
  const { name } = parameter;
  switch (parameter.type) {
    case "fixed":
      return [];
    case "ordinal":
      return [{ name, type: parameter.type, values: parameter.values }];
    case "categorical":
      return [{ name, type: parameter.type, choices: parameter.choices }];
    default: {
      const { type, scale, low, high } = parameter;
      return [{ name, type, scale, low, high }];
    }
  }
}

function finite(value: WireNumber | null | undefined): number | null {
  return typeof value === "number" ? value : null;
}
