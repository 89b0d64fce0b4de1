import { type Savings, type SavingsTotals, savingsOf } from "../../core/savings.ts";
import type { StudySpec } from "../../core/study.ts";
import type { Sql } from "./connect.ts";

/** One pass over the study's attempts, and the last step of each trial that was given up. See core/savings.ts. */
export async function savings(sql: Sql, studyId: string): Promise<Savings> {
  const [study] = await sql<{ spec: StudySpec }[]>`select spec from studies where id = ${studyId}`;
  const { spec } = study as { spec: StudySpec };
  const metric = spec.objectives[0]!.metric;
  const [row] = await sql<Omit<SavingsTotals, "gpus">[]>`
    with spent as (
      select trial_id, sum(extract(epoch from coalesce(ended_at, now()) - started_at)) as seconds,
             sum(case when outcome in ('failed', 'lost', 'requeue', 'infeasible')
                      then extract(epoch from ended_at - started_at) else 0 end) as fruitless
      from attempts where study_id = ${studyId} group by trial_id
    ), reached as (
      select t.id, t.number, t.state, t.held_out, t.losses, coalesce(s.seconds, 0)::float8 as seconds,
             coalesce(s.fruitless, 0)::float8 as fruitless,
             (select max(p.step) from metric_points p
              where p.trial_id = t.id and p.name_id = (select id from metric_names where name = ${metric})) as step
      from trials t left join spent s on s.trial_id = t.id where t.study_id = ${studyId}
    ), whole as (
      select coalesce(${spec.fidelity?.max ?? null}::float8, percentile_cont(0.5) within group (order by step)) as steps,
             percentile_cont(0.5) within group (order by seconds - fruitless) as seconds,
             percentile_cont(0.1) within group (order by losses[1]) as best_tenth
      from reached where state = 'completed'
    )
    select coalesce(sum(r.seconds), 0)::float8 as used,
           coalesce(sum(case when r.state in ('failed', 'infeasible', 'cancelled') then r.seconds else r.fruitless end), 0)::float8 as wasted,
           coalesce(sum(case when r.state <> 'pruned' then 0
                             when r.step > 0 and w.steps is not null
                               then (r.seconds - r.fruitless) * greatest(0, w.steps - r.step) / r.step
                             else greatest(0, coalesce(w.seconds, 0) - (r.seconds - r.fruitless)) end), 0)::float8 as saved,
           count(*) filter (where r.held_out)::int as "heldOut",
           count(*) filter (where r.held_out and r.state = 'completed')::int as "heldOutCompleted",
           count(*) filter (where r.held_out and r.state = 'completed' and r.losses[1] <= w.best_tenth)::int as "heldOutWrong"
    from reached r cross join whole w`;
  const totals = { ...(row as Omit<SavingsTotals, "gpus">), gpus: spec.resources.gpus };
  return savingsOf(totals, spec.earlyStopping?.holdout ?? 0);
}
