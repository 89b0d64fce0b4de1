import {
  FRUITLESS,
  type Savings,
  type SavingsTotals,
  type Span,
  savedSeconds,
  savingsOf,
} from "../../core/savings.ts";
import type { StudySpec } from "../../core/study.ts";
import type { Fragment } from "./checkpoint-source.ts";
import type { Sql } from "./connect.ts";

interface SavingsRow extends Omit<SavingsTotals, "gpus" | "saved"> {
  spec: StudySpec;
}

/**
 * From what `noteSavings` keeps, the attempts that run, and those whose end waits for the study's turn: nothing of it grows
 * with the number of trials. See core/savings.ts.
 */
export async function savings(sql: Sql, studyId: string): Promise<Savings> {
  const [row] = await sql<SavingsRow[]>`
    with latest as (${latestAttempts(sql, studyId)})
    select st.spec,
           coalesce(s.seconds, 0) + coalesce((select sum(seconds) from latest), 0) as used,
           coalesce(s.fruitless + s.resultless, 0)
             + coalesce((select sum(seconds) from latest where outcome = any(${FRUITLESS as string[]}::text[])), 0) as wasted,
           coalesce(s.held_out, 0) as "heldOut", coalesce(s.held_out_completed, 0) as "heldOutCompleted",
           (select count(*)::int from trials t
            where t.study_id = st.id and t.held_out and t.state = 'completed' and t.losses[1] <= s.tenth_loss) as "heldOutWrong"
    from studies st left join study_savings s on s.study_id = st.id where st.id = ${studyId}`;
  const { spec, ...totals } = row!;
  const saved = savedSeconds(await spansOf(sql, studyId), spec.fidelity?.max ?? null);
  return savingsOf({ ...totals, saved, gpus: spec.resources.gpus }, spec.earlyStopping?.holdout ?? 0);
}

export function spansOf(sql: Sql, studyId: string): Promise<Span[]> {
  return sql<Span[]>`select kind, value, trials, seconds from study_spans where study_id = ${studyId}`;
}

/** Attempts that no turn has counted yet: those that run, up to now (`outcome` null), and those that have just ended. */
export function latestAttempts(sql: Sql, studyId: string): Fragment {
  return sql`
    select a.worker, a.gpus, a.started_at, coalesce(a.ended_at, now()) as ended_at, a.outcome,
           extract(epoch from coalesce(a.ended_at, now()) - a.started_at)::float8 as seconds
    from (
      select * from attempts where study_id = ${studyId} and ended_at is null
      union all
      select e.* from inbox i
      join trials t on t.study_id = i.study_id and t.number = (i.fact ->> 'trial')::int
      join attempts e on e.trial_id = t.id and e.attempt = (i.fact ->> 'attempt')::int
      where i.study_id = ${studyId} and i.fact ->> 'type' = 'attempt.ended'
    ) a`;
}
