import { Option } from "commander";
import type { ImportanceResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { shortNumber } from "../numbers.ts";
import type { Shape } from "../output.ts";
import { studyPath } from "../paths.ts";
import { addOutputOptions, countOption, isForPeople, printRows } from "../printing.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

type Row = ImportanceResource["parameters"][number];

const BAR_WIDTH = 20;

const shape: Shape<Row> = {
  name: ({ name }) => name,
  empty: "The study searches no parameter.",
  columns: [
    { title: "PARAMETER", text: ({ name }) => name },
    { title: "IMPORTANCE", text: ({ importance }) => percent(importance), right: true },
    { title: "", text: ({ importance }) => bar(importance) },
    { title: "90 % INTERVAL", text: ({ low, high }) => `${percent(low)} – ${percent(high)}`, right: true },
    { title: "LARGER IS", text: ({ direction }) => direction ?? "–" },
  ],
};

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .argument("[study]", "name or id; left out: the active one")
      .addOption(
        new Option(
          "--evaluator <name>",
          "ped-anova: for being among the best; fanova: for the value as a whole, with interactions",
        )
          .choices(["ped-anova", "fanova"])
          .default("ped-anova"),
      )
      .option("--objective <metric>", "of several objectives (default: the first)")
      .option("--seed <number>", "draws the resamples (default: the study's seed)");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, args, io } = call;
    const client = createClient(config);
    const { name } = await findStudy(client, config.project, args[0]);
    const importance = await client.get<ImportanceResource>(`${studyPath(config.project, name)}/importance`, {
      evaluator: options.evaluator as string,
      objective: options.objective as string | undefined,
      seed: countOption(options.seed, "seed"),
    });
    printRows(call, importance.parameters, shape, importance);
    if (isForPeople(call)) io.err.write(comments(importance));
    return undefined;
  },
};

/** What is said to people beside the table: pairs that matter, and how far all of it can be trusted. */
function comments({ interactions, text }: ImportanceResource): string {
  const together = interactions
    .filter(({ low }) => low >= 0.01)
    .map(
      ({ parameters, importance }) =>
        `  ${parameters.join(" with ")}: ${percent(importance)} beyond each alone\n`,
    );
  return `${together.join("")}  ${text}\n`;
}

function percent(share: number): string {
  return `${shortNumber(Math.round(1000 * share) / 10)} %`;
}

function bar(share: number): string {
  const eighths = Math.round(8 * BAR_WIDTH * Math.min(1, Math.max(0, share)));
  const rest = eighths % 8 === 0 ? "" : String.fromCodePoint(0x2590 - (eighths % 8));
  return `${"█".repeat(Math.floor(eighths / 8))}${rest}`;
}
