import type { AgentResource, QueueItem, StudyResource } from "../../../core/resources.ts";
import { plural } from "../../app/format.ts";
import { endedTrials } from "./progress.ts";

/** Something that will not mend itself. */
export interface Need {
  text: string;
  to: string;
  action: string;
}

/** From so many failed trials on, and when they are half of those that ended, it is no chance. */
const FAILED_TRIALS = 3;
const FAILED_SHARE = 0.5;
/** Sentences of core/waiting.ts that only a person can change. */
const NEVER = /^No agent (can ever run it|is up)/;

export function needsOf(
  studies: readonly StudyResource[],
  agents: readonly AgentResource[],
  queue: readonly QueueItem[],
): Need[] {
  return [...failing(studies), ...lost(agents), ...stuck(queue)];
}

function failing(studies: readonly StudyResource[]): Need[] {
  return studies
    .filter((study) => study.counts.failed >= FAILED_TRIALS)
    .filter((study) => study.counts.failed >= FAILED_SHARE * endedTrials(study))
    .map((study) => ({
      text: `${study.name}: ${study.counts.failed} of ${plural(endedTrials(study), "trial")} failed.`,
      to: `/studies/${encodeURIComponent(study.name)}?state=failed`,
      action: "See the failures",
    }));
}

function lost(agents: readonly AgentResource[]): Need[] {
  return agents
    .filter(({ state }) => state === "lost")
    .map(({ name, reason }) => ({
      text: `Host ${name}: ${reason.text}`,
      to: "/hosts",
      action: "See the host",
    }));
}

/** One need a study, however many of its trials wait. */
function stuck(queue: readonly QueueItem[]): Need[] {
  const waiting = new Map<string, QueueItem[]>();
  for (const item of queue) {
    if (!NEVER.test(item.why)) continue;
    waiting.set(item.study, [...(waiting.get(item.study) ?? []), item]);
  }
  return [...waiting].map(([study, items]) => ({
    text: `${study}: ${plural(items.length, "trial")} waiting. ${items[0]!.why}`,
    to: "/hosts",
    action: "See the queue",
  }));
}
