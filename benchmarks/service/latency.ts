import { quantile } from "../report.ts";
import { createHttp } from "./http.ts";
import { registerAgent, type SimulatedAgent } from "./simulated-agent.ts";
import { allTrials, createStudy, untilDone } from "./study.ts";

/** Seconds from queued to started, p99 by the database's clock, while agents wait for work in long polls. */
export async function queuedToStarted(
  url: string,
  options: { agents: number; trials: number },
): Promise<number> {
  const http = createHttp(url, options.agents * 2);
  const agents = await Promise.all(
    Array.from({ length: options.agents }, (_, index) => registerAgent(http, `wait-${index}`)),
  );
  let done = false;
  const running = agents.map((agent) => serve(agent, () => done));
  await createStudy(http, "latency", {
    command: ["true"],
    parallelism: options.agents / 2,
    maxTrials: options.trials,
  });
  await untilDone(http, "latency", 120_000);
  done = true;
  await Promise.all(running);
  const trials = await allTrials(http, "latency");
  http.close();
  const waits = trials.map(
    (trial) => (Date.parse(trial.startedAt as string) - Date.parse(trial.createdAt)) / 1000,
  );
  return quantile(waits, 0.99);
}

async function serve(agent: SimulatedAgent, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    const assignment = await agent.claim(2_000);
    if (assignment === null) continue;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await agent.report(assignment, [{ name: "loss", step: 1, value: 1 }]);
    await agent.complete(assignment);
  }
}
