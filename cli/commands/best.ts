import { Option } from "commander";
import { brokenBounds } from "../../core/broken-bounds.ts";
import { FettleError } from "../../core/errors.ts";
import type { Leaderboard, LeaderboardRow, StudyResource } from "../../core/resources.ts";
import { type Client, createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { finishedTrials } from "../panel.ts";
import { inDeclaredOrder, PARAM_FORMS, type ParamForm, paramsAs } from "../params-text.ts";
import { studyPath } from "../paths.ts";
import { addOutputOptions, countOption, isForPeople, printRows } from "../printing.ts";
import { leaderboardShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

/** The most that the API answers with. */
const MOST_ROWS = 1000;

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
    const limit = countOption(options.limit, "limit") ?? 10;
    const leaderboard = await readLeaderboard(client, config.project, study, limit);
    const form = options.as as ParamForm | undefined;
    if (form === undefined) {
      const shown = { ...leaderboard, rows: leaderboard.rows.slice(0, limit) };
      printRows(call, shown.rows, { ...leaderboardShape(shown), empty: nothingMeasured(study) }, shown);
      if (isForPeople(call)) io.err.write(afterwords(study.name, leaderboard.rows, limit));
      return undefined;
    }
    const best = bestOf(study, leaderboard);
    const equal = equallyGood(leaderboard.rows);
    if (equal > 1) {
      io.err.write(
        `${equal} trials are equally good; this is ${best.trial}. All: fettle best ${study.name}\n`,
      );
    }
    const params = inDeclaredOrder(best.params, study.spec.parameters);
    io.out.write(`${paramsAs(form, params, study.spec.arguments)}\n`);
    return undefined;
  },
};

/** With several objectives as many rows as there may be, so that those equally good can be counted. */
function readLeaderboard(
  client: Client,
  project: string,
  { name, spec }: StudyResource,
  limit: number,
): Promise<Leaderboard> {
  return client.get<Leaderboard>(`${studyPath(project, name)}/leaderboard`, {
    limit: spec.objectives.length === 1 ? limit : Math.max(limit, MOST_ROWS),
  });
}

/** How many trials share the first row's place: the front of several objectives. */
function equallyGood(rows: readonly LeaderboardRow[]): number {
  const [best] = rows;
  return rows.filter(
    ({ rank, state, feasible }) => rank === best?.rank && state === best.state && feasible === best.feasible,
  ).length;
}

/** What is said to people below the table. */
function afterwords(name: string, rows: readonly LeaderboardRow[], limit: number): string {
  if (rows[0]?.feasible !== true) return "";
  const equal = equallyGood(rows);
  const hidden =
    equal > limit ? [`  ${equal} trials are equally good. All: fettle best ${name} --limit ${equal}`] : [];
  return [...hidden, `  As flags:  fettle best ${name} --as args`, ""].join("\n");
}

/** Why the leaderboard is empty. */
function nothingMeasured({ state, counts }: StudyResource): string {
  const ended = finishedTrials(counts);
  if (state !== "done" || ended === 0) return "No trial has been measured yet.";
  const ends = (["failed", "infeasible", "cancelled", "pruned"] as const).flatMap((end) =>
    counts[end] === 0 ? [] : [`${counts[end]} ${end}`],
  );
  const trials = ended === 1 ? "Its only trial gave no value" : `None of its ${ended} trials gave a value`;
  return `${trials} (${ends.join(", ")}).`;
}

/** @throws FettleError "not-found" when no trial may be called the best. */
function bestOf(study: StudyResource, { rows }: Leaderboard): LeaderboardRow {
  const { name, spec, state } = study;
  const [best] = rows;
  if (best === undefined) {
    const hint =
      state === "done"
        ? `Why each ended: fettle trial ls ${name} -o wide`
        : `Wait for one: fettle study wait ${name} --for trials=1`;
    throw new FettleError("not-found", `Study ${name} has no best trial. ${nothingMeasured(study)}`, {
      hint,
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
