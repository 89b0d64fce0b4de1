import type { Assignment } from "../../core/protocol.ts";
import type { AssignedRow } from "./assignment.ts";
import { toAssignment } from "./assignment.ts";
import { newAttemptToken } from "./attempt-token.ts";
import { affinityOf, type Fragment, isForClaimer, sourceJson, sourceOf } from "./checkpoint-source.ts";
import type { Sql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { placementStory } from "./placement-story.ts";

/** Who runs an attempt. */
export interface Runner {
  /** "agent:<name>" or "worker:<id>". */
  actor: string;
  name: string;
  agentId: string | null;
  session: string | null;
  requestId: string | null;
  /** Position among the attempts that answer the request; null without a request. */
  requestPlace: number | null;
  leaseMs: number;
}

/** PostgreSQL: null in a column that is not null. */
const NOT_NULL_VIOLATION = "23502";

/**
 * Starts a queued trial of the study, if its parallelism allows one more: the conditional update of the study row is
 * both the check and the lock under which all claims of the study stand in line. First one whose checkpoint the agent
 * holds, else the oldest that is not kept for another agent. One statement: all of it, or nothing. Null: no slot, or
 * nothing to take.
 */
export async function startAttempt(
  context: StoreContext,
  studyId: string,
  runner: Runner,
): Promise<Assignment | null> {
  const { token, hash } = newAttemptToken(context.randomBytes);
  try {
    const [row] = await claimNext(context.sql, studyId, runner, hash);
    return row === undefined ? null : toAssignment(row, token);
  } catch (error) {
    // A slot was had but no trial: the last one went between two snapshots, and the lease without a trial undid it all.
    if ((error as { code?: unknown }).code === NOT_NULL_VIOLATION) return null;
    throw error;
  }
}

function claimNext(sql: Sql, studyId: string, runner: Runner, tokenHash: Buffer): Promise<AssignedRow[]> {
  const { agentId, leaseMs } = runner;
  const mayTake = (spec: Fragment) => isForClaimer(sql, agentId, leaseMs, affinityOf(sql, spec));
  // The start is the moment at which the slot was had, not that at which the claim began to stand in line for it.
  return sql<AssignedRow[]>`
    with slot as (
      update studies s set running = running + 1, queued = queued - 1
      where id = ${studyId} and state = 'running' and deleted_at is null and running < parallelism
        and exists (select 1 from trials t where t.study_id = ${studyId} and t.state = 'queued' and ${mayTake(sql`s.spec`)})
      returning id, name, project, spec
    ), trial as (
      update trials set state = 'running', attempt = attempt + 1, hinted_at = null,
             started_at = coalesce(started_at, clock_timestamp()),
             reason_code = 'started', reason_text = 'Running on ' || ${runner.name}::text || '.'
      where id = coalesce((
        select t.id from trials t cross join ${sourceOf(sql)} c
        where t.study_id = ${studyId} and t.state = 'queued' and (t.attempt > 0 or t.parent is not null)
          and c.agent_id = ${agentId} and exists (select 1 from slot)
        order by t.queued_at, t.number limit 1 for no key update of t
      ), (
        select t.id from trials t
        where t.study_id = ${studyId} and t.state = 'queued' and ${mayTake(sql`(select spec from slot)`)} and exists (select 1 from slot)
        order by t.queued_at, t.number limit 1 for no key update of t
      ))
      returning id, study_id, number, attempt, params, seed, budget, parent
    ), started as (
      insert into attempts (trial_id, attempt, study_id, agent_id, session, request_id, request_place, worker, gpu_share, token_hash, started_at)
      select trial.id, trial.attempt, slot.id, ${agentId}, ${runner.session}, ${runner.requestId}, ${runner.requestPlace}, ${runner.name},
             (slot.spec -> 'resources' ->> 'gpus')::float8, ${tokenHash}, clock_timestamp()
      from trial, slot
    ), lease as (
      insert into leases (trial_id, attempt, agent_id, session, lease_ms, expires_at)
      select (select id from trial), (select attempt from trial), ${agentId}, ${runner.session}, ${leaseMs},
             clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      from slot
    ), ${placementStory(sql, agentId, leaseMs)}, fact as (
      insert into inbox (study_id, actor, fact, why)
      select slot.id, ${runner.actor},
             jsonb_build_object('type', 'trial.started', 'trial', trial.number, 'attempt', trial.attempt,
                                'worker', ${runner.name}::text, 'gpus', '[]'::jsonb),
             jsonb_build_object('rule', 'trial.started', 'inputs', coalesce((select inputs from story), '{}'),
                                'text', 'Attempt ' || trial.attempt || ' placed on ' || ${runner.name}::text
                                        || coalesce((select text from story), '') || '.')
      from trial, slot
    )
    select slot.id as study_id, slot.name as study, slot.project, slot.spec, t.id as trial_id, t.number, t.attempt,
           t.params, t.seed, t.budget, ${sourceJson(sql)} as source
    from trial t, slot`;
}
