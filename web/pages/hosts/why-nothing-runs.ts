import type { AgentResource, QueueItem } from "../../../core/resources.ts";
import { plural } from "../../app/format.ts";

/** The question of the page, answered in a sentence or two. */
export function answerTo(agents: readonly AgentResource[], queue: readonly QueueItem[]): string {
  const running = agents.reduce((sum, agent) => sum + agent.running.length, 0);
  const up = agents.filter(({ state }) => state === "up");
  const [next] = queue;
  if (running > 0) {
    const present = agents.filter(({ state }) => state !== "lost");
    const slots = present.reduce((sum, agent) => sum + agent.slots, 0);
    return `${plural(running, "trial")} running in ${plural(slots, "slot")}; ${waiting(queue.length)}.`;
  }
  if (agents.length === 0) return `No agent has joined yet, so no trial can run; ${waiting(queue.length)}.`;
  if (next === undefined) return "Nothing is queued: no running study has a trial to start now.";
  if (up.length === 0) return `No host is up; ${waiting(queue.length)}.`;
  return `Nothing runs. The next in the queue, trial ${next.trial} of ${next.study}: ${next.why}`;
}

function waiting(count: number): string {
  return count === 0 ? "none waits" : `${count} ${count === 1 ? "waits" : "wait"}`;
}
