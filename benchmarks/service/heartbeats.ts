import { createHttp } from "./http.ts";
import { cpuSeconds, processTimes } from "./server.ts";
import { registerAgent } from "./simulated-agent.ts";

export interface HeartbeatResult {
  /** Share of one core that the service's process used. */
  serviceShare: number;
  /** The same for the service and its database together. */
  totalShare: number;
}

/** CPU that `agents` idle agents cost, each beating every `everyMs`, spread evenly, over `seconds`. */
export async function heartbeats(
  url: string,
  pid: number,
  options: { agents: number; everyMs: number; seconds: number },
): Promise<HeartbeatResult> {
  const http = createHttp(url, 32);
  const agents = [];
  for (let index = 0; index < options.agents; index++)
    agents.push(await registerAgent(http, `beat-${index}`));
  const before = { service: processTimes(pid), total: cpuSeconds(pid), time: performance.now() };
  const gapMs = options.everyMs / options.agents;
  const beats = Math.round((options.seconds * 1000) / gapMs);
  const pending: Promise<void>[] = [];
  for (let beat = 0; beat < beats; beat++) {
    const early = before.time + beat * gapMs - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const agent = agents[beat % agents.length];
    if (agent !== undefined) pending.push(agent.heartbeat([]));
  }
  await Promise.all(pending);
  const seconds = (performance.now() - before.time) / 1000;
  http.close();
  return {
    serviceShare: (processTimes(pid) - before.service) / seconds,
    totalShare: (cpuSeconds(pid) - before.total) / seconds,
  };
}
