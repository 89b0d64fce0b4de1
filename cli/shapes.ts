import type {
  AgentResource,
  Leaderboard,
  LeaderboardRow,
  QueueItem,
  StudyResource,
  TokenResource,
  TrialResource,
} from "../core/resources.ts";
import { duration, shortNumber } from "./numbers.ts";
import type { Shape } from "./output.ts";
import { finishedTrials, shortParam } from "./panel.ts";

/** How each kind of thing looks in a table. */

export const studyShape: Shape<StudyResource> = {
  name: ({ name }) => name,
  empty: "No studies. Create one: fettle study create -f study.yaml",
  columns: [
    { title: "STUDY", text: ({ name }) => name },
    { title: "STATE", text: ({ state, end }) => (end === null ? state : `${state} (${end})`) },
    { title: "TRIALS", text: trialProgress, right: true },
    { title: "RUNNING", text: ({ counts }) => String(counts.running), right: true },
    { title: "FAILED", text: ({ counts }) => String(counts.failed), right: true },
    { title: "BEST", text: bestText },
    { title: "CREATED", text: ({ createdAt }) => localTime(createdAt) },
    { title: "ALGORITHM", text: ({ spec }) => algorithmText(spec), wide: true },
    { title: "PARALLEL", text: ({ spec }) => String(spec.parallelism), wide: true, right: true },
    { title: "GPU HOURS", text: ({ used }) => shortNumber(used.gpuHours), wide: true, right: true },
    { title: "WHY", text: ({ reason }) => reason.text, wide: true },
  ],
};

export const trialShape: Shape<TrialResource> = {
  name: ({ study, number }) => `${study}/${number}`,
  empty: "No trials.",
  columns: [
    { title: "TRIAL", text: ({ study, number }) => `${study}/${number}` },
    {
      title: "STATE",
      text: ({ state, failureClass }) => (failureClass === null ? state : `${state} (${failureClass})`),
    },
    { title: "VALUE", text: ({ values }) => values.map(shortNumber).join(" "), right: true },
    { title: "BUDGET", text: ({ budget }) => shortNumber(budget), wide: true, right: true },
    { title: "TIME", text: ({ seconds }) => duration(seconds), right: true },
    { title: "PARAMETERS", text: ({ params }) => paramsText(params) },
    {
      title: "PARENT",
      text: ({ parent }) => (parent === null ? "" : String(parent)),
      wide: true,
      right: true,
    },
    { title: "ATTEMPT", text: ({ attempt }) => String(attempt), wide: true, right: true },
    { title: "PROPOSED", text: ({ proposed }) => proposed, wide: true },
    { title: "WHY", text: ({ reason }) => reason.text, wide: true },
  ],
};

export function leaderboardShape({ study, objectives, rows }: Leaderboard): Shape<LeaderboardRow> {
  const isConstrained = rows.some(({ violations }) => violations.length > 0);
  return {
    name: ({ trial }) => `${study}/${trial}`,
    empty: "No trial has been measured yet.",
    columns: [
      { title: "RANK", text: ({ rank }) => String(rank), right: true },
      { title: "TRIAL", text: ({ trial }) => `${study}/${trial}` },
      ...objectives.map(({ metric }, index) => ({
        title: metric.toUpperCase(),
        text: ({ values }: LeaderboardRow) => shortNumber(values[index]),
        right: true as const,
      })),
      { title: "TIME", text: ({ seconds }) => duration(seconds), right: true },
      { title: "PARAMETERS", text: ({ params }) => paramsText(params) },
      {
        title: "FEASIBLE",
        text: ({ feasible }) => (feasible ? "yes" : "no"),
        // Without outcome constraints every trial is.
        ...(isConstrained ? {} : { wide: true as const }),
      },
      { title: "STATE", text: ({ state }) => state, wide: true },
      { title: "BUDGET", text: ({ budget }) => shortNumber(budget), wide: true, right: true },
    ],
  };
}

function algorithmText({ algorithm, fidelity }: StudyResource["spec"]): string {
  return fidelity === undefined ? algorithm.name : `${fidelity.schedule.name} + ${algorithm.name}`;
}

export const agentShape: Shape<AgentResource> = {
  name: ({ name }) => name,
  empty: "No hosts. Start an agent on one: fettle agent --url <this server>",
  columns: [
    { title: "HOST", text: ({ name }) => name },
    { title: "STATE", text: ({ state }) => state },
    { title: "POOL", text: ({ pool }) => pool },
    { title: "RUNNING", text: ({ running, slots }) => `${running.length}/${slots}`, right: true },
    { title: "GPUS", text: ({ gpus }) => String(gpus.length), right: true },
    { title: "CPUS", text: ({ cpus }) => String(cpus), right: true },
    { title: "MEMORY", text: ({ memoryMb }) => `${Math.round(memoryMb / 1024)} GB`, right: true },
    { title: "SEEN", text: ({ lastSeenAt }) => localTime(lastSeenAt) },
    { title: "LABELS", text: ({ labels }) => paramsText(labels), wide: true },
    { title: "VERSION", text: ({ version }) => version, wide: true },
    { title: "WHY", text: ({ reason }) => reason.text, wide: true },
  ],
};

export const queueShape: Shape<QueueItem> = {
  name: ({ study, trial }) => `${study}/${trial}`,
  empty: "Nothing waits.",
  columns: [
    { title: "TRIAL", text: ({ study, trial }) => `${study}/${trial}` },
    { title: "POOL", text: ({ pool }) => pool },
    { title: "WAITING", text: ({ waitingSeconds }) => duration(waitingSeconds), right: true },
    { title: "WHY", text: ({ why }) => why },
    { title: "PRIORITY", text: ({ priority }) => String(priority), wide: true, right: true },
    { title: "PROJECT", text: ({ project }) => project, wide: true },
  ],
};

export const tokenShape: Shape<TokenResource> = {
  name: ({ id }) => id,
  empty: "No tokens.",
  columns: [
    { title: "ID", text: ({ id }) => id },
    { title: "NAME", text: ({ name }) => name },
    { title: "SCOPE", text: ({ scope }) => scope },
    { title: "CREATED", text: ({ createdAt }) => localTime(createdAt) },
    { title: "EXPIRES", text: ({ expiresAt }) => localTime(expiresAt) },
    { title: "USED", text: ({ lastUsedAt }) => localTime(lastUsedAt) },
    { title: "REVOKED", text: ({ revokedAt }) => localTime(revokedAt), wide: true },
  ],
};

function trialProgress({ counts, spec }: StudyResource): string {
  const { maxTrials } = spec.budget;
  return `${finishedTrials(counts)}${maxTrials === undefined ? "" : `/${maxTrials}`}`;
}

function bestText({ best, spec }: StudyResource): string {
  if (best === null) return "–";
  return `${spec.objectives[0]?.metric}=${shortNumber(best.values[0])} (trial ${best.trial})`;
}

export function paramsText(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${shortParam(value)}`)
    .join(" ");
}

function localTime(time: string | null): string {
  if (time === null) return "–";
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
