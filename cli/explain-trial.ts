import { FettleError } from "../core/errors.ts";
import type { EventResource, Page } from "../core/resources.ts";
import type { Client } from "./client.ts";
import type { CommandCall } from "./command.ts";
import type { Shape } from "./output.ts";
import { studyPath } from "./paths.ts";
import { printOne } from "./printing.ts";

/** Where a trial's point came from, and what was decided about it since. */

interface TrialExplanation {
  study: string;
  trial: number;
  /** Who proposed it: an algorithm, or a user. */
  by: string;
  rule: string;
  text: string;
  inputs: Record<string, unknown>;
  /** What happened to it, oldest first. */
  story: { time: string; text: string }[];
}

function trialShape({ inputs, story }: TrialExplanation): Shape<TrialExplanation> {
  return {
    name: ({ study, trial }) => `${study}/${trial}`,
    empty: "",
    columns: [
      { title: "TRIAL", text: ({ study, trial }) => `${study}/${trial}` },
      { title: "PROPOSED BY", text: ({ by, rule }) => `${by} (${rule})` },
      { title: "WHY", text: ({ text }) => text },
      ...Object.entries(inputs).map(([name, value]) => ({
        title: `  ${name}`,
        text: () => inputText(value),
      })),
      ...story.map(({ time, text }) => ({ title: time, text: () => text })),
    ],
  };
}

/** Prints it. */
export async function explainTrial(
  call: CommandCall,
  client: Client,
  study: string,
  trial: number,
): Promise<void> {
  const path = `${studyPath(call.config.project, study)}/events`;
  const { items } = await client.get<Page<EventResource>>(path, { trial, limit: 1000 });
  const origin = items.find(({ type }) => type === "trial.scheduled" || type === "trial.enqueued");
  if (origin === undefined) throw new FettleError("not-found", `Study "${study}" has no trial ${trial}.`);
  const { rule, inputs, text } = origin.reason;
  const story = items.filter((event) => event !== origin && event.type !== "trial.observed");
  const explanation = {
    study,
    trial,
    by: proposer(origin),
    rule,
    text,
    inputs,
    story: story.map(({ time, reason }) => ({ time, text: reason.text })),
  };
  printOne(call, explanation, trialShape(explanation));
}

function proposer({ actor, data }: EventResource): string {
  const algorithm = data.algorithm as { name: string; schedule?: { name: string } } | undefined;
  if (algorithm === undefined) return actor;
  const { name, schedule } = algorithm;
  return schedule === undefined ? name : `${schedule.name} + ${name}`;
}

function inputText(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(4)));
  if (Array.isArray(value)) return value.map(inputText).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
