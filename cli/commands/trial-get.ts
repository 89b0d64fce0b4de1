import type { TrialDetail } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { shortNumber } from "../numbers.ts";
import type { Shape } from "../output.ts";
import { trialPath } from "../paths.ts";
import { addOutputOptions, printOne } from "../printing.ts";
import { trialShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findTrialStudy, parseTrial } from "../targets.ts";

const detailShape: Shape<TrialDetail> = {
  ...trialShape,
  columns: [
    // One trial has room for everything.
    ...trialShape.columns.map(({ wide: _, ...column }) => column),
    {
      title: "METRICS",
      text: ({ metrics }) =>
        Object.entries(metrics)
          .map(([name, { last }]) => `${name}=${shortNumber(last)}`)
          .join(" "),
    },
    {
      title: "ATTEMPTS",
      text: ({ attempts }) =>
        attempts
          .map(({ attempt, worker, outcome, message }) =>
            [`${attempt} on ${worker}: ${outcome ?? "running"}`, message].filter(Boolean).join(", "),
          )
          .join("; "),
    },
  ],
};

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => addOutputOptions(command.argument("<trial>", "STUDY/NUMBER, as in digits/42")),
  async run(call) {
    const { project } = call.config;
    const client = createClient(call.config);
    const target = parseTrial(call.args[0]);
    const study = await findTrialStudy(client, project, target);
    printOne(call, await client.get<TrialDetail>(trialPath(project, study, target.number)), detailShape);
    return undefined;
  },
};
