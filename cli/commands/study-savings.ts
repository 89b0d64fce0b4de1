import type { Savings } from "../../core/savings.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { shortNumber } from "../numbers.ts";
import type { Shape } from "../output.ts";
import { studyPath } from "../paths.ts";
import { addOutputOptions, isForPeople, printOne } from "../printing.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

type Row = Savings & { study: string };

const shape: Shape<Row> = {
  name: ({ study }) => study,
  empty: "",
  columns: [
    { title: "STUDY", text: ({ study }) => study },
    ...(["used", "saved", "wasted"] as const).flatMap((kind) => [
      {
        title: `HOURS ${kind.toUpperCase()}`,
        text: ({ hours }: Row) => shortNumber(hours[kind]),
        right: true as const,
      },
      {
        title: `GPU-HOURS ${kind.toUpperCase()}`,
        text: ({ gpuHours }: Row) => shortNumber(gpuHours[kind]),
        right: true as const,
      },
    ]),
  ],
};

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => addOutputOptions(command.argument("[study]", "name or id; left out: the active one")),
  async run(call) {
    const { config, io } = call;
    const client = createClient(config);
    const { name } = await findStudy(client, config.project, call.args[0]);
    const savings = await client.get<Savings>(`${studyPath(config.project, name)}/savings`);
    printOne(call, { study: name, ...savings }, shape);
    if (isForPeople(call)) io.err.write(`  ${savings.text}\n`);
    return undefined;
  },
};
