import { Option } from "commander";
import type { TrialResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { readPages } from "../pages.ts";
import { trialsPath } from "../paths.ts";
import { addOutputOptions, countOption, printRows } from "../printing.ts";
import { trialShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .argument("[study]", "name or id; left out: the active one")
      .option("--filter <filter>", "for example: 'params.lr < 1e-3 AND metrics.val_acc > 0.9'")
      .option("--state <states>", "only these, with commas between: running,failed")
      .addOption(
        new Option("--sort <order>", "value: best first").choices(["number", "-number", "value", "-value"]),
      )
      .option("--limit <count>", "at most so many (default: 100)")
      .option("--all", "every one");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, args } = call;
    const client = createClient(config);
    const { name } = await findStudy(client, config.project, args[0]);
    const page = await readPages<TrialResource>(client, trialsPath(config.project, name), {
      query: {
        filter: options.filter as string | undefined,
        state: options.state as string | undefined,
        order: options.sort as string | undefined,
      },
      limit: options.all === true ? Number.POSITIVE_INFINITY : (countOption(options.limit, "limit") ?? 100),
    });
    printRows(call, page.items, trialShape, page);
    return undefined;
  },
};
