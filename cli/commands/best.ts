import { Option } from "commander";
import { FettleError } from "../../core/errors.ts";
import type { Leaderboard } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { inDeclaredOrder, PARAM_FORMS, type ParamForm, paramsAs } from "../params-text.ts";
import { studyPath } from "../paths.ts";
import { addOutputOptions, countOption, isForPeople, printRows } from "../printing.ts";
import { leaderboardShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .argument("[study]", "name or id; left out: the active one")
      .option("--limit <count>", "trials to show (default: 10)")
      .addOption(new Option("--as <form>", "only the best parameters, in this form").choices(PARAM_FORMS));
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, args, io } = call;
    const client = createClient(config);
    const { name, spec } = await findStudy(client, config.project, args[0]);
    const leaderboard = await client.get<Leaderboard>(`${studyPath(config.project, name)}/leaderboard`, {
      limit: countOption(options.limit, "limit") ?? 10,
    });
    const form = options.as as ParamForm | undefined;
    if (form === undefined) {
      printRows(call, leaderboard.rows, leaderboardShape(leaderboard), leaderboard);
      if (isForPeople(call)) io.err.write(`  As flags:  fettle best ${name} --as args\n`);
      return undefined;
    }
    const [best] = leaderboard.rows;
    if (best === undefined) {
      throw new FettleError("not-found", `No trial of ${name} has been measured yet.`, {
        hint: `Wait for one: fettle study wait ${name} --for trials=1`,
      });
    }
    const params = inDeclaredOrder(best.params, spec.parameters);
    io.out.write(`${paramsAs(form, params, spec.arguments)}\n`);
    return undefined;
  },
};
