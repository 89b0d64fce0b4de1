import type { EventResource, Explanation, Page } from "../../core/resources.ts";
import type { Savings } from "../../core/savings.ts";
import { type Client, createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { explainTrial } from "../explain-trial.ts";
import type { Shape } from "../output.ts";
import { studyPath } from "../paths.ts";
import { addOutputOptions, countOption, printOne } from "../printing.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

/** Why a study is searched the way it is, what it decided last, and where the points of its trials come from. */

/** Events that decide how far a trial goes. */
const DECISIONS = "trial.promoted,trial.stopping,trial.held-out,trial.finished";

interface StudyExplanation extends Explanation {
  study: string;
  /** What early stopping was worth, in words. */
  savings: string;
  /** The latest, oldest first. */
  decisions: { time: string; trial: number | null; text: string }[];
}

function shapeOf({ decisions }: StudyExplanation): Shape<StudyExplanation> {
  return {
    name: ({ study }) => study,
    empty: "",
    columns: [
      { title: "STUDY", text: ({ study }) => study },
      { title: "ALGORITHM", text: ({ algorithm, version }) => `${algorithm} (version ${version})` },
      { title: "WHY", text: ({ text }) => text },
      { title: "HOURS", text: ({ savings }) => savings },
      ...decisions.map(({ time, trial, text }) => ({ title: time, text: () => `Trial ${trial}: ${text}` })),
    ],
  };
}

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) =>
    addOutputOptions(
      command
        .argument("[target]", "a study, or one trial of it as STUDY/NUMBER; left out: the active study")
        .option("--decisions <count>", "how many of the latest decisions about its trials to show", "10"),
    ),
  async run(call) {
    const { project } = call.config;
    const client = createClient(call.config);
    const [, study, number] = /^(.+)\/(\d{1,9})$/.exec(call.args[0] ?? "") ?? [null, call.args[0], undefined];
    const { name } = await findStudy(client, project, study);
    if (number !== undefined) {
      await explainTrial(call, client, name, Number(number));
      return undefined;
    }
    const path = studyPath(project, name);
    const { text: savings } = await client.get<Savings>(`${path}/savings`);
    const explanation = await client.get<Explanation>(`${path}/explanation`);
    const decisions = await latestDecisions(
      client,
      path,
      countOption(call.options.decisions, "decisions") ?? 10,
    );
    const all = { study: name, ...explanation, savings, decisions };
    printOne(call, all, shapeOf(all));
    return undefined;
  },
};

async function latestDecisions(
  client: Client,
  path: string,
  count: number,
): Promise<StudyExplanation["decisions"]> {
  if (count === 0) return [];
  const query = { type: DECISIONS, latest: "true", limit: Math.min(1000, count) };
  const { items } = await client.get<Page<EventResource>>(`${path}/events`, query);
  return items.map(({ time, trial, reason }) => ({ time, trial, text: reason.text }));
}
