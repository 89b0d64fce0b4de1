import { randomUUID } from "node:crypto";
import type { Assignment, ClaimReply, RegisterReply } from "../../core/protocol.ts";
import type { Http } from "./http.ts";

/** An agent without processes: speaks the protocol, so that the service is measured and not the training. */
export interface SimulatedAgent {
  claim(waitMs: number): Promise<Assignment | null>;
  heartbeat(held: readonly Assignment[]): Promise<void>;
  report(
    assignment: Assignment,
    points: readonly { name: string; step: number; value: number }[],
  ): Promise<void>;
  complete(assignment: Assignment): Promise<void>;
}

const HOST = { pool: "default", labels: {}, gpus: [], cpus: 64, memoryMb: 65_536, slots: 64 };

export async function registerAgent(http: Http, name: string): Promise<SimulatedAgent> {
  const session = randomUUID();
  const { agentId } = await http.call<RegisterReply>("POST", "/v1/agents", {
    name,
    session,
    version: "benchmark",
    ...HOST,
  });
  const attempt = (assignment: Assignment) => `/v1/attempts/${assignment.trialId}/${assignment.attempt}`;
  return {
    async claim(waitMs) {
      const body = { session, requestId: randomUUID(), free: HOST, max: 1, waitMs };
      const { assignments } = await http.call<ClaimReply>("POST", `/v1/agents/${agentId}/claim`, body);
      return assignments[0] ?? null;
    },
    async heartbeat(held) {
      const ids = held.map(({ trialId, attempt }) => ({ trialId, attempt }));
      await http.call("POST", `/v1/agents/${agentId}/heartbeat`, { session, state: "up", held: ids });
    },
    async report(assignment, points) {
      await http.call("POST", `${attempt(assignment)}/metrics?session=${session}`, { points });
    },
    async complete(assignment) {
      await http.call("POST", `${attempt(assignment)}/result?session=${session}`, {
        outcome: "completed",
        failureClass: null,
        exitCode: 0,
        signal: null,
        message: null,
        logTruncatedBytes: 0,
        seenMetrics: ["loss"],
      });
    },
  };
}
