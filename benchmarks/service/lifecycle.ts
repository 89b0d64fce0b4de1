import { createHttp } from "./http.ts";
import { registerAgent, type SimulatedAgent } from "./simulated-agent.ts";
import { createStudy, untilDone } from "./study.ts";

const POINTS = 20;

/** Trials per second through create, claim, heartbeat, 20 points and completion, with `agents` agents at once. */
export async function lifecycle(url: string, options: { agents: number; trials: number }): Promise<number> {
  const http = createHttp(url, options.agents);
  const agents = await Promise.all(
    Array.from({ length: options.agents }, (_, index) => registerAgent(http, `life-${index}`)),
  );
  await createStudy(http, "lifecycle", {
    command: ["true"],
    parallelism: options.agents,
    maxTrials: options.trials,
  });
  const started = performance.now();
  let completed = 0;
  const isDone = () => completed >= options.trials;
  await Promise.all(agents.map((agent) => runTrials(agent, isDone, () => completed++)));
  const study = await untilDone(http, "lifecycle", 30_000);
  const seconds = (performance.now() - started) / 1000;
  http.close();
  if (study.counts.completed !== options.trials)
    throw new Error(`${study.counts.completed} of ${options.trials} trials completed`);
  return options.trials / seconds;
}

async function runTrials(
  agent: SimulatedAgent,
  isDone: () => boolean,
  onCompleted: () => void,
): Promise<void> {
  while (!isDone()) {
    const assignment = await agent.claim(1_000);
    if (assignment === null) continue;
    await agent.heartbeat([assignment]);
    const points = Array.from({ length: POINTS }, (_, step) => ({
      name: "loss",
      step,
      value: 1 / (step + 1),
    }));
    await agent.report(assignment, points);
    await agent.complete(assignment);
    onCompleted();
  }
}
