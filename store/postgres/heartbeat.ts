import type { AgentCommand, HeartbeatRequest } from "../../core/protocol.ts";
import type { StopKind } from "../../core/trial.ts";
import { servedAgent } from "./claim.ts";
import type { StoreContext } from "./context.ts";

/** Checkpoints to be removed that one reply names; the next names others. */
const MAX_DISCARDS = 100;

interface BeatRow {
  drain_asked: boolean;
  discard: string[] | null;
  renewed:
    | { trial_id: string; attempt: number; stop_kind: StopKind | null; stop_reason: string | null }[]
    | null;
}

/** Renews every lease held, notes that the agent is there, and returns what it must do: one statement for all of it. */
export async function heartbeat(
  context: StoreContext,
  agentId: string,
  request: HeartbeatRequest,
  leaseMs: number,
): Promise<{ commands: AgentCommand[]; drain: boolean; discard: string[] }> {
  const beat =
    (await beatOnce(context.sql, agentId, request, leaseMs)) ?? (await refuse(context, agentId, request));
  const mine = new Map((beat.renewed ?? []).map((row) => [`${row.trial_id}/${row.attempt}`, row]));
  const commands = request.held.flatMap(({ trialId, attempt }): AgentCommand[] => {
    const row = mine.get(`${trialId}/${attempt}`);
    if (row === undefined) return [{ type: "stale", trialId, attempt }];
    if (row.stop_kind === null) return [];
    return [{ type: "stop", trialId, attempt, kind: row.stop_kind, reason: row.stop_reason ?? "" }];
  });
  return { commands, drain: beat.drain_asked, discard: beat.discard ?? [] };
}

async function beatOnce(
  sql: StoreContext["sql"],
  agentId: string,
  request: HeartbeatRequest,
  leaseMs: number,
): Promise<BeatRow | undefined> {
  const draining = request.state === "draining";
  const trialIds = request.held.map((held) => held.trialId);
  const attempts = request.held.map((held) => held.attempt);
  const [row] = await sql<BeatRow[]>`
    with agent as (
      select id, drain_asked from agents where id = ${agentId} and session = ${request.session}
    ), told as (
      update agents set draining = ${draining}, gpus = coalesce(${request.gpus === undefined ? null : sql.json(request.gpus)}::jsonb, gpus)
      where id in (select id from agent) and (draining <> ${draining} or ${request.gpus !== undefined})
    ), seen as (
      update agent_presence set last_seen_at = now() where agent_id in (select id from agent)
    ), renewed as (
      update leases l set expires_at = now() + ${leaseMs} * interval '1 millisecond'
      from unnest(${trialIds}::uuid[], ${attempts}::int[]) as h (trial_id, attempt), trials t join studies s on s.id = t.study_id
      where l.trial_id = h.trial_id and l.attempt = h.attempt and l.session = ${request.session}
        and t.id = l.trial_id and s.deleted_at is null and exists (select 1 from agent)
      returning l.trial_id, l.attempt, t.stop_kind, t.stop_reason
    ), discarded as (
      delete from checkpoints c using agent
      where c.trial_id = any(${request.discarded ?? []}::uuid[]) and c.agent_id = agent.id and c.discard
    )
    select drain_asked, (select jsonb_agg(renewed) from renewed) as renewed,
           (select jsonb_agg(trial_id) from (
              select trial_id from checkpoints
              where agent_id = agent.id and discard and trial_id <> all (${request.discarded ?? []}::uuid[]) limit ${MAX_DISCARDS}
            ) d) as discard
    from agent`;
  return row;
}

/** @throws FettleError "agent-unknown" or "stale-session": which of the two it is. */
async function refuse(context: StoreContext, agentId: string, request: HeartbeatRequest): Promise<BeatRow> {
  const agent = await servedAgent(context.sql, agentId, request.session);
  return { drain_asked: agent.drain_asked, discard: null, renewed: null };
}
