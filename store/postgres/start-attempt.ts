import type { Assignment } from "../../core/protocol.ts";
import type { Params } from "../../core/space.ts";
import type { StudySpec } from "../../core/study.ts";
import { toAssignment } from "./assignment.ts";
import { newAttemptToken } from "./attempt-token.ts";
import type { TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { addFacts } from "./inbox.ts";

/** Who runs an attempt. */
export interface Runner {
  /** "agent:<name>" or "worker:<id>". */
  actor: string;
  name: string;
  agentId: string | null;
  session: string | null;
  requestId: string | null;
  leaseMs: number;
}

interface StudySlot {
  id: string;
  name: string;
  project: string;
  spec: StudySpec;
}

interface ClaimedTrial {
  id: string;
  number: number;
  attempt: number;
  params: Params;
  seed: number;
  budget: number | null;
}

/**
 * Starts the study's oldest queued trial, if its parallelism allows one more: the conditional update of the study row is
 * both the check and the lock under which all claims of the study stand in line. Null: no slot, or nothing queued.
 */
export async function startAttempt(
  context: StoreContext,
  sql: TransactionSql,
  studyId: string,
  runner: Runner,
): Promise<Assignment | null> {
  const [study] = await sql<StudySlot[]>`
    update studies set running = running + 1
    where id = ${studyId} and state = 'running' and deleted_at is null and running < parallelism
      and exists (select 1 from trials where study_id = ${studyId} and state = 'queued')
    returning id, name, project, spec`;
  if (study === undefined) return null;
  const [trial] = await sql<ClaimedTrial[]>`
    update trials set state = 'running', attempt = attempt + 1, started_at = coalesce(started_at, clock_timestamp()), hinted_at = null,
           reason_code = 'started', reason_text = ${`Running on ${runner.name}.`}
    where id = (select id from trials where study_id = ${studyId} and state = 'queued' order by queued_at, number limit 1 for update)
    returning id, number, attempt, params, seed, budget`;
  // The last queued trial went between the two statements' snapshots: give the slot back.
  if (trial === undefined) {
    await sql`update studies set running = running - 1 where id = ${studyId}`;
    return null;
  }
  return recordAttempt(context, sql, study, trial, runner);
}

async function recordAttempt(
  context: StoreContext,
  sql: TransactionSql,
  study: StudySlot,
  trial: ClaimedTrial,
  runner: Runner,
): Promise<Assignment> {
  // The start is the moment at which the slot was had, not that at which the claim began to stand in line for it.
  const { token, hash } = newAttemptToken(trial.id, trial.attempt, context.randomBytes);
  await sql`
    with started as (
      insert into attempts (trial_id, attempt, study_id, agent_id, session, request_id, worker, gpu_share, token_hash, started_at)
      values (${trial.id}, ${trial.attempt}, ${study.id}, ${runner.agentId}, ${runner.session}, ${runner.requestId}, ${runner.name},
              ${study.spec.resources.gpus}, ${hash}, clock_timestamp())
    )
    insert into leases (trial_id, attempt, agent_id, session, expires_at)
    values (${trial.id}, ${trial.attempt}, ${runner.agentId}, ${runner.session}, now() + ${runner.leaseMs} * interval '1 millisecond')`;
  const fact = {
    type: "trial.started",
    trial: trial.number,
    attempt: trial.attempt,
    worker: runner.name,
    gpus: [],
  } as const;
  const text = `Attempt ${trial.attempt} placed on ${runner.name}.`;
  await addFacts(sql, [{ studyId: study.id, actor: runner.actor, fact, text }]);
  return toAssignment(
    {
      study_id: study.id,
      study: study.name,
      project: study.project,
      spec: study.spec,
      trial_id: trial.id,
      number: trial.number,
      attempt: trial.attempt,
      params: trial.params,
      seed: trial.seed,
      budget: trial.budget,
    },
    token,
  );
}
