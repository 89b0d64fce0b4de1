import type { AgentCommand, HeartbeatRequest } from "../../core/protocol.ts";
import type { StopKind } from "../../core/trial.ts";
import { servedAgent } from "./claim.ts";
import type { StoreContext } from "./context.ts";

interface HeldRow {
  trial_id: string;
  attempt: number;
  stop_kind: StopKind | null;
  stop_reason: string | null;
}

/** Renews every lease held in one statement, notes that the agent is there, and returns what it must do. */
export async function heartbeat(
  { sql }: StoreContext,
  agentId: string,
  request: HeartbeatRequest,
  leaseMs: number,
): Promise<{ commands: AgentCommand[]; drain: boolean }> {
  const agent = await servedAgent(sql, agentId, request.session);
  const [renewed] = await Promise.all([
    renewLeases(sql, request, leaseMs),
    notePresence(sql, agentId, request),
  ]);
  const mine = new Map(renewed.map((row) => [`${row.trial_id}/${row.attempt}`, row]));
  const commands = request.held.flatMap(({ trialId, attempt }): AgentCommand[] => {
    const row = mine.get(`${trialId}/${attempt}`);
    if (row === undefined) return [{ type: "stale", trialId, attempt }];
    if (row.stop_kind === null) return [];
    return [{ type: "stop", trialId, attempt, kind: row.stop_kind, reason: row.stop_reason ?? "" }];
  });
  return { commands, drain: agent.drain_asked };
}

async function renewLeases(
  sql: StoreContext["sql"],
  request: HeartbeatRequest,
  leaseMs: number,
): Promise<HeldRow[]> {
  if (request.held.length === 0) return [];
  return sql<HeldRow[]>`
    update leases l set expires_at = now() + ${leaseMs} * interval '1 millisecond'
    from unnest(${request.held.map((held) => held.trialId)}::uuid[], ${request.held.map((held) => held.attempt)}::int[]) as h (trial_id, attempt),
         trials t join studies s on s.id = t.study_id
    where l.trial_id = h.trial_id and l.attempt = h.attempt and l.session = ${request.session}
      and t.id = l.trial_id and s.deleted_at is null
    returning l.trial_id, l.attempt, t.stop_kind, t.stop_reason`;
}

async function notePresence(
  sql: StoreContext["sql"],
  agentId: string,
  request: HeartbeatRequest,
): Promise<void> {
  await sql`update agent_presence set last_seen_at = now() where agent_id = ${agentId}`;
  const draining = request.state === "draining";
  await sql`
    update agents set draining = ${draining}, gpus = coalesce(${request.gpus === undefined ? null : sql.json(request.gpus)}, gpus)
    where id = ${agentId} and (draining <> ${draining} or ${request.gpus !== undefined})`;
}
