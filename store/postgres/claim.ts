import { FettleError } from "../../core/errors.ts";
import { type Capacity, misfit, type Resources, take } from "../../core/placement.ts";
import type { Assignment, ClaimRequest } from "../../core/protocol.ts";
import { type AssignedRow, reassign } from "./assignment.ts";
import { affinityOf, isForClaimer, sourceJson } from "./checkpoint-source.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { withRetry } from "./retry.ts";
import { type Runner, startAttempt } from "./start-attempt.ts";

/** Studies looked at for one claim; more than this waiting in front is a sign of full agents, not of missed work. */
const MAX_CANDIDATES = 200;

export async function claim(
  context: StoreContext,
  agentId: string,
  request: ClaimRequest,
  leaseMs: number,
): Promise<Assignment[]> {
  const looked = await lookForWork(context.sql, agentId, request, leaseMs);
  const agent = looked ?? (await servedAgent(context.sql, agentId, request.session));
  if (looked?.again === true) return answerAgain(context, request);
  const runner: Runner = {
    actor: `agent:${agent.name}`,
    name: agent.name,
    agentId,
    session: request.session,
    requestId: request.requestId,
    requestPlace: 0,
    leaseMs,
  };
  try {
    return await placeAll(context, request, runner, looked?.candidates ?? []);
  } catch (error) {
    // The same request is being answered at this very moment: its answer is ours.
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return answerAgain(context, request);
    throw error;
  }
}

/** PostgreSQL: another row has these values. */
const UNIQUE_VIOLATION = "23505";

async function answerAgain(context: StoreContext, request: ClaimRequest): Promise<Assignment[]> {
  const rows = await openRequest(context.sql, request);
  return context.sql.begin((tx) => reassign(context, tx, rows));
}

async function placeAll(
  context: StoreContext,
  request: ClaimRequest,
  runner: Runner,
  candidates: readonly Candidate[],
): Promise<Assignment[]> {
  const assignments: Assignment[] = [];
  let free: Capacity = request.free;
  for (const study of candidates) {
    while (assignments.length < request.max && misfit(study.resources, free) === null) {
      // One statement a trial: the study's row stays locked no longer than that.
      const started = await withRetry(
        () => startAttempt(context, study.id, { ...runner, requestPlace: assignments.length }),
        context.random,
      );
      if (started === null) break;
      assignments.push(started);
      free = take(study.resources, free);
    }
    if (assignments.length >= request.max) break;
  }
  return assignments;
}

interface Candidate {
  id: string;
  resources: Resources;
}

interface LookRow {
  name: string;
  /** The request was answered before, and its attempts are still open. */
  again: boolean;
  candidates: Candidate[];
}

/**
 * The agent, and studies with something queued for it and room to run it, in the order in which they are served; none for one
 * that an operator drains, which may not have heard of it yet. No lock: the claim decides. Undefined: the agent is not served.
 */
async function lookForWork(
  sql: Sql,
  agentId: string,
  request: ClaimRequest,
  leaseMs: number,
): Promise<LookRow | undefined> {
  const mayTake = isForClaimer(sql, agentId, leaseMs, affinityOf(sql, sql`s.spec`));
  const [row] = await sql<LookRow[]>`
    select a.name,
      exists (select 1 from attempts where session = ${request.session} and request_id = ${request.requestId} and ended_at is null) as again,
      (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'resources', c.resources) order by c.priority desc, c.since), '[]')
       from (
         select s.id, s.spec -> 'resources' as resources, s.priority, q.since
         from studies s
         join lateral (
           select min(t.queued_at) as since from trials t where t.study_id = s.id and t.state = 'queued' and ${mayTake}
         ) q on q.since is not null
         where not a.drain_asked and s.state = 'running' and s.deleted_at is null and s.runs_command and s.pool = ${request.free.pool} and s.running < s.parallelism
         order by s.priority desc, q.since limit ${MAX_CANDIDATES}
       ) c) as candidates
    from agents a where a.id = ${agentId} and a.session = ${request.session}`;
  return row;
}

/** @throws FettleError "agent-unknown", "stale-session". */
export async function servedAgent(
  sql: TransactionSql,
  agentId: string,
  session: string,
): Promise<{ name: string; drain_asked: boolean }> {
  const [agent] = await sql<{ name: string; session: string; drain_asked: boolean }[]>`
    select name, session, drain_asked from agents where id = ${agentId}`;
  if (agent === undefined) {
    throw new FettleError("agent-unknown", "The server does not know this agent.", {
      hint: "Register again.",
    });
  }
  if (agent.session !== session) {
    throw new FettleError(
      "stale-session",
      `A newer agent registered as "${agent.name}"; this one is no longer served.`,
      {
        hint: "Give each agent a name of its own, or stop one of the two.",
      },
    );
  }
  return agent;
}

function openRequest(sql: Sql, request: ClaimRequest): Promise<AssignedRow[]> {
  return sql<AssignedRow[]>`
    select a.study_id, s.name as study, s.project, s.spec, a.trial_id, t.number, a.attempt, t.params, t.seed, t.budget,
           ${sourceJson(sql)} as source
    from attempts a join trials t on t.id = a.trial_id join studies s on s.id = a.study_id
    where a.session = ${request.session} and a.request_id = ${request.requestId} and a.ended_at is null and s.deleted_at is null
    order by t.number`;
}

/** Trials of one study for a worker without an agent: those it left unfinished first, then queued ones. */
export async function claimForWorker(
  context: StoreContext,
  studyId: string,
  worker: string,
  count: number,
  leaseMs: number,
): Promise<Assignment[]> {
  const unfinished = await context.sql<AssignedRow[]>`
    select a.study_id, s.name as study, s.project, s.spec, a.trial_id, t.number, a.attempt, t.params, t.seed, t.budget,
           ${sourceJson(context.sql)} as source
    from attempts a join trials t on t.id = a.trial_id join studies s on s.id = a.study_id
    where a.study_id = ${studyId} and a.worker = ${worker} and a.agent_id is null and a.ended_at is null
    order by t.number limit ${count}`;
  const assignments = await context.sql.begin(async (tx) => {
    for (const row of unfinished) await extendLease(tx, row.trial_id, leaseMs);
    return reassign(context, tx, unfinished);
  });
  const runner: Runner = {
    actor: `worker:${worker}`,
    name: worker,
    agentId: null,
    session: null,
    requestId: null,
    requestPlace: null,
    leaseMs,
  };
  while (assignments.length < count) {
    const started = await withRetry(() => startAttempt(context, studyId, runner), context.random);
    if (started === null) break;
    assignments.push(started);
  }
  return assignments;
}

async function extendLease(sql: TransactionSql, trialId: string, leaseMs: number): Promise<void> {
  await sql`
    update leases set lease_ms = ${leaseMs}, expires_at = greatest(expires_at, now() + ${leaseMs} * interval '1 millisecond')
    where trial_id = ${trialId}`;
}
