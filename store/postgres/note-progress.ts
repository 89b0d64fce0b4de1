import type { Decision } from "../../core/event.ts";
import { stringifyWire } from "../../core/number.ts";
import type { NewEvent, TurnStudy } from "../../core/store.ts";
import type { TransactionSql } from "./connect.ts";

/**
 * Adds the trials that end in a turn with a value, completed or pruned, to the study's progress, in the turn's order. Such
 * a trial is never taken back (only failed, infeasible and cancelled ones can be retried), so rows are only ever added.
 */
export async function noteProgress(
  sql: TransactionSql,
  study: TurnStudy,
  events: readonly NewEvent[],
): Promise<void> {
  const rows = endsOf(events, study.spec.objectives.length);
  if (rows.length === 0) return;
  await sql`
    with ends as (
      select *, row_number() over (order by n) as place,
             min(rated) over (order by n rows between unbounded preceding and 1 preceding) as rated_before
      from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb)
        as r (n int, trial int, state text, loss float8, rated float8, "gpuSeconds" float8)
    ), before as (
      select coalesce((select max(place) from study_progress where study_id = ${study.id}), 0) as place,
             (select loss from study_progress where study_id = ${study.id} and improved order by place desc limit 1) as best,
             (select gpu_seconds from studies where id = ${study.id}) as gpu_seconds
    )
    insert into study_progress (study_id, place, trial, state, loss, gpu_seconds, improved, ended_at)
    select ${study.id}, b.place + e.place, e.trial, e.state, e.loss, b.gpu_seconds + e."gpuSeconds",
           coalesce(e.rated < coalesce(least(b.best, e.rated_before), 'Infinity'), false), now()
    from ends e cross join before b`;
}

interface End {
  n: number;
  trial: number;
  state: string;
  loss: number;
  /** The loss where it may be the best so far: of a completed, feasible trial with a single objective. */
  rated: number | null;
  /** Spent by the turn's attempts up to here. */
  gpuSeconds: number;
}

function endsOf(events: readonly NewEvent[], objectives: number): End[] {
  const ends: End[] = [];
  let gpuSeconds = 0;
  for (const [n, { body }] of events.entries()) {
    if (body.type === "attempt.ended") gpuSeconds += body.end.gpuSeconds;
    if (body.type !== "trial.finished" || body.losses === null) continue;
    if (body.state !== "completed" && body.state !== "pruned") continue;
    const { trial, state } = body;
    const loss = body.losses[0]!;
    const rated = objectives === 1 && state === "completed" && isFeasible(body) ? loss : null;
    ends.push({ n, trial, state, loss, rated, gpuSeconds });
  }
  return ends;
}

/** Every outcome constraint is measured and satisfied. */
export function isFeasible({
  violations,
}: Pick<Decision & { type: "trial.finished" }, "violations">): boolean {
  return violations.every((amount) => amount !== null && amount <= 0);
}
