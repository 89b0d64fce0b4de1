import { Option } from "commander";
import { brokenBounds } from "../../core/broken-bounds.ts";
import { FettleError } from "../../core/errors.ts";
import type { Leaderboard, LeaderboardRow, StudyResource } from "../../core/resources.ts";
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
    const study = await findStudy(client, config.project, args[0]);
    const leaderboard = await client.get<Leaderboard>(
      `${studyPath(config.project, study.name)}/leaderboard`,
      {
        limit: countOption(options.limit, "limit") ?? 10,
      },
    );
    const form = options.as as ParamForm | undefined;
    if (form === undefined) {
      printRows(call, leaderboard.rows, leaderboardShape(leaderboard), leaderboard);
      if (isForPeople(call)) io.err.write(`  As flags:  fettle best ${study.name} --as args\n`);
      return undefined;
    }
    const { spec } = study;
    const params = inDeclaredOrder(bestOf(study, leaderboard).params, spec.parameters);
    io.out.write(`${paramsAs(form, params, spec.arguments)}\n`);
    return undefined;
  },
};

/** @throws FettleError "not-found" when no trial may be called the best. */
function bestOf({ name, spec }: StudyResource, { rows }: Leaderboard): LeaderboardRow {
  const [best] = rows;
  if (best === undefined) {
    throw new FettleError("not-found", `No trial of ${name} has been measured yet.`, {
      hint: `Wait for one: fettle study wait ${name} --for trials=1`,
    });
  }
  // Feasible ones come first, so there is none.
  if (!best.feasible) throw outOfBounds(name, spec, best);
  return best;
}

function outOfBounds(
  name: string,
  spec: StudyResource["spec"],
  { trial, violations }: LeaderboardRow,
): FettleError {
  const broken = brokenBounds(spec.outcomeConstraints, violations).join("; ");
  const message = `No trial of ${name} keeps to every outcome constraint. Trial ${trial}: ${broken}.`;
  return new FettleError("not-found", message, { hint: `See them all: fettle best ${name}` });
}
