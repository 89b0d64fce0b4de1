import type { CurvesQuery } from "../../core/chart-store.ts";
import type { Curves } from "../../core/charts.ts";
import { rungsOf } from "../../core/fidelity.ts";
import { fromLoss, type Goal } from "../../core/objective.ts";
import type { StudySpec } from "../../core/study.ts";
import type { TrialState } from "../../core/trial.ts";
import type { Sql } from "./connect.ts";

/** Rows of the table at a step, and how many of the best and of the latest trials are looked at for it. */
const TABLE_ROWS = 50;
const TABLE_CANDIDATES = 1000;

interface CurveRow {
  number: number;
  state: TrialState;
  held_out: boolean;
  reason_text: string;
  steps: number[];
  values: number[];
}

/** Learning curves of the best trials and the most recent others, and the table at one step where it is asked for. */
export async function curves(sql: Sql, studyId: string, query: CurvesQuery): Promise<Curves> {
  const [study] = await sql<{ spec: StudySpec }[]>`select spec from studies where id = ${studyId}`;
  const { spec } = study as { spec: StudySpec };
  const metric = query.metric ?? spec.objectives[0]!.metric;
  const [name] = await sql<{ id: number }[]>`select id from metric_names where name = ${metric}`;
  const rows = name === undefined ? [] : await curveRows(sql, studyId, name.id, query);
  return {
    metric,
    unit: spec.fidelity?.unit ?? "step",
    rungs: spec.fidelity === undefined ? [] : rungsOf(spec.fidelity),
    series: rows.map(({ number, state, held_out, reason_text, steps, values }) => ({
      trial: number,
      state,
      points: steps.map((step, index): [number, number | null] => [step, finite(values[index]!)]),
      end: state === "pruned" ? "pruned" : null,
      reason: state === "pruned" ? reason_text : null,
      heldOut: held_out,
    })),
    ...(query.at === undefined
      ? {}
      : {
          table:
            name === undefined ? [] : await tableAt(sql, studyId, name.id, goalOf(spec, metric), query.at),
        }),
  };
}

/**
 * Each series longer than `points` is cut into points / 2 stretches, of each of which the smallest and the largest value
 * stay, and of all the first and the last point. Of two attempts that reported the same step the later one counts. A long
 * series is read from the coarsest of its buckets that are finer than the stretches, and then nothing of it between the ends
 * of a later attempt.
 */
function curveRows(
  sql: Sql,
  studyId: string,
  nameId: number,
  { limit, points }: CurvesQuery,
): Promise<CurveRow[]> {
  const buckets = Math.max(1, Math.floor(points / 2) - 1);
  return sql<CurveRow[]>`
    with best as (
      select id from trials where study_id = ${studyId} and losses is not null order by losses[1], number limit ${Math.ceil(limit / 2)}
    ), latest as (
      select id from trials where study_id = ${studyId} and attempt > 0 and id not in (select id from best)
      order by number desc limit ${limit} - (select count(*) from best)
    ), chosen as (
      select t.id, t.number, t.state, t.held_out, t.reason_text
      from trials t where t.id in (select id from best union all select id from latest)
    ), series as (
      select c.number, s.*,
             (select max(level) from generate_series(0, 2) as level
              where metric_bucket(s.last_step, s.bucket_width, 0) - metric_bucket(s.first_step, s.bucket_width, 0) >= ${buckets} * 32 ^ level) as level
      from chosen c join metric_series s on s.trial_id = c.id and s.name_id = ${nameId}
    ), reported as (
      select s.number, s.attempt, m.step, m.value
      from series s join metric_points m using (trial_id, attempt, name_id) where s.level is null or m.step > s.bucketed_to
      union all
      select s.number, s.attempt, extreme[2], extreme[1]
      from series s join metric_buckets b using (trial_id, attempt, name_id, level)
      cross join lateral (values (b.low), (b.high)) as e (extreme)
      where not exists (select 1 from series l where l.number = s.number and l.attempt > s.attempt
                                                 and extreme[2] between l.first_step and l.last_step)
      union all
      select s.number, s.attempt, m.step, m.value
      from series s join metric_points m using (trial_id, attempt, name_id)
      where s.level is not null and m.step in (s.first_step, s.last_step)
    ), latest_points as (
      select distinct on (number, step) number, step, value from reported order by number, step, attempt desc
    ), counted as (
      select *, count(*) over (partition by number) as total, row_number() over (partition by number order by step) as place
      from latest_points
    ), ranked as (
      select number, step, value, total, place,
             row_number() over (partition by number, (place - 1) * ${buckets} / total order by value) as low,
             row_number() over (partition by number, (place - 1) * ${buckets} / total order by value desc) as high
      from counted
    ), thinned as (
      select number, array_agg(step order by step) as steps, array_agg(value order by step) as values
      from ranked where total <= ${points} or place = 1 or place = total or low = 1 or high = 1
      group by number
    )
    select c.number, c.state, c.held_out, c.reason_text, p.steps, p.values
    from chosen c join thinned p on p.number = c.number order by c.number`;
}

/** The value of each trial at its largest step up to `at`, of those that reported one at or beyond it. */
async function tableAt(
  sql: Sql,
  studyId: string,
  nameId: number,
  goal: Goal,
  at: number,
): Promise<NonNullable<Curves["table"]>> {
  const rows = await sql<{ trial: number; loss: number; step: number }[]>`
    with candidates as (
      (select id, number, attempt from trials where study_id = ${studyId} and losses is not null
       order by losses[1], number limit ${TABLE_CANDIDATES})
      union
      (select id, number, attempt from trials where study_id = ${studyId} and attempt > 0
       order by number desc limit ${TABLE_CANDIDATES})
    )
    select c.number as trial, p.step, case when ${goal === "minimize"} then p.value else -p.value end as loss
    from candidates c
    cross join lateral (
      select q.step, q.value
      from generate_series(1, c.attempt) as a (attempt)
      cross join lateral (
        select m.step, m.value from metric_points m
        where m.trial_id = c.id and m.attempt = a.attempt and m.name_id = ${nameId} and m.step <= ${at}
        order by m.step desc limit 1
      ) q
      order by q.step desc, a.attempt desc limit 1
    ) p
    where p.value between '-1e308' and '1e308'
      and (p.step = ${at} or exists (
        select 1 from generate_series(1, c.attempt) as a (attempt)
        join metric_points m on m.trial_id = c.id and m.attempt = a.attempt and m.name_id = ${nameId} and m.step > ${at}))
    order by loss, c.number limit ${TABLE_ROWS}`;
  return rows.map(({ trial, loss, step }) => ({ trial, value: fromLoss(goal, loss), step }));
}

/** Of a metric that is no objective smaller is taken to be better. */
function goalOf({ objectives }: StudySpec, metric: string): Goal {
  return objectives.find((objective) => objective.metric === metric)?.goal ?? "minimize";
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
