import { type Capacity, misfit, type Resources } from "./placement.ts";
import type { StudyState } from "./trial.ts";

/** An agent as a waiting trial sees it. */
export interface WaitingHost {
  name: string;
  state: "up" | "draining" | "lost";
  /** Everything it has, and what its running trials leave. */
  total: Capacity;
  free: Capacity;
}

/** A queued trial, and its study as far as it matters to it. */
export interface WaitingTrial {
  state: StudyState;
  running: number;
  parallelism: number;
  /** False: its trials are asked for by external workers. */
  runsCommand: boolean;
  resources: Resources;
  /** The agent for which the trial is kept because it alone has its checkpoint; none: anybody may take it. */
  holder?: { name: string; seconds: number } | null;
}

/** How many agents are named in one sentence. */
const MAX_NAMED = 3;

/** Why a queued trial is not running yet, in a sentence that says what would change it. */
export function whyWaiting(study: WaitingTrial, hosts: readonly WaitingHost[]): string {
  if (study.state !== "running") return `The study is ${study.state}.`;
  if (study.running >= study.parallelism) {
    return `The study already runs ${study.running} of at most ${study.parallelism} trials at once; raise its parallelism or wait.`;
  }
  if (!study.runsCommand) return "The study has no command: a worker must ask for the trial (suggest).";
  const present = hosts.filter((host) => host.state === "up");
  if (present.length === 0)
    return `No agent is up${hosts.length > 0 ? ` (${hosts.length} known are draining or lost)` : ""}; start one with \`fettle agent\`.`;
  const able = present.filter((host) => misfit(study.resources, host.total) === null);
  if (able.length === 0) return `No agent can ever run it: ${clauses(study, present, "total")}.`;
  if (study.holder) {
    const { name, seconds } = study.holder;
    return `Waits for agent ${name}, which holds its checkpoint; in ${Math.ceil(seconds)} s another may take it.`;
  }
  const ready = able.filter((host) => misfit(study.resources, host.free) === null);
  if (ready.length === 0) return `Every agent that could run it is busy: ${clauses(study, able, "free")}.`;
  return `Goes to ${ready[0]?.name} at its next request, or to whoever asks first.`;
}

function clauses(study: WaitingTrial, hosts: readonly WaitingHost[], side: "total" | "free"): string {
  const named = hosts
    .slice(0, MAX_NAMED)
    .map((host) => `${host.name} ${misfit(study.resources, host[side])}`);
  const rest = hosts.length - named.length;
  return rest > 0 ? `${named.join("; ")}; and ${rest} more` : named.join("; ");
}
