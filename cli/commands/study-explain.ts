import { FettleError } from "../../core/errors.ts";
import type { EventResource, Explanation, Page } from "../../core/resources.ts";
import { type Client, createClient } from "../client.ts";
import type { CommandCall, CommandModule } from "../command.ts";
import type { Shape } from "../output.ts";
import { studyPath } from "../paths.ts";
import { addOutputOptions, printOne } from "../printing.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

/** Why a study is searched the way it is, and where the points of its trials come from. */

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

const studyShape: Shape<Explanation & { study: string }> = {
  name: ({ study }) => study,
  empty: "",
  columns: [
    { title: "STUDY", text: ({ study }) => study },
    { title: "ALGORITHM", text: ({ algorithm, version }) => `${algorithm} (version ${version})` },
    { title: "WHY", text: ({ text }) => text },
  ],
};

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

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) =>
    addOutputOptions(
      command.argument("[target]", "a study, or one trial of it as STUDY/NUMBER; left out: the active study"),
    ),
  async run(call) {
    const { project } = call.config;
    const client = createClient(call.config);
    const [, study, number] = /^(.+)\/(\d{1,9})$/.exec(call.args[0] ?? "") ?? [null, call.args[0], undefined];
    const { name } = await findStudy(client, project, study);
    if (number !== undefined) return explainTrial(call, client, name, Number(number));
    const explanation = await client.get<Explanation>(`${studyPath(project, name)}/explanation`);
    printOne(call, { study: name, ...explanation }, studyShape);
    return undefined;
  },
};

async function explainTrial(
  call: CommandCall,
  client: Client,
  study: string,
  trial: number,
): Promise<undefined> {
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
  return undefined;
}

function proposer({ actor, data }: EventResource): string {
  const algorithm = data.algorithm as { name: string } | undefined;
  return algorithm?.name ?? actor;
}

function inputText(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(4)));
  if (Array.isArray(value)) return value.map(inputText).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
