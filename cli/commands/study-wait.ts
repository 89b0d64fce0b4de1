import { FettleError } from "../../core/errors.ts";
import type { StudyResource } from "../../core/resources.ts";
import { FAILED_ENDS } from "../../core/trial.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { parseDuration } from "../duration-option.ts";
import { EXIT_CODES } from "../failure.ts";
import { finishedTrials } from "../panel.ts";
import { patiently, pause } from "../patiently.ts";
import { addOutputOptions, printOne } from "../printing.ts";
import { studyShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

const POLL_MS = 500;

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .argument("[study]", "name or id; left out: the active one")
      .option(
        "--for <condition>",
        "done, goal (the target is reached) or trials=20 (so many have ended)",
        "done",
      )
      .option("--timeout <duration>", "give up after 90s, 20m or 2h, with exit code 7")
      .option(
        "--exit-status",
        "exit with 1 when the study failed, with 8 when a trial failed or the goal was missed",
      );
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, args } = call;
    const client = createClient(config);
    const isMet = conditionOf(options.for as string);
    const timeoutMs = options.timeout === undefined ? null : parseDuration(options.timeout as string);
    const deadline = timeoutMs === null ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
    const { name, spec } = await findStudy(client, config.project, args[0]);
    if (options.for === "goal") requireTarget(name, spec);
    const never = new AbortController().signal;
    for (;;) {
      const study = await patiently(() => findStudy(client, config.project, name), never);
      if (isMet(study) || study.state === "done") {
        printOne(call, study, studyShape);
        return options.exitStatus === true ? statusOf(study, isMet(study)) : undefined;
      }
      if (performance.now() >= deadline) {
        call.io.err.write(`error: ${name} is still ${study.state} after ${options.timeout}.\n`);
        return EXIT_CODES.timeout.code;
      }
      await pause(Math.min(POLL_MS, Math.max(0, deadline - performance.now())), never);
    }
  },
};

function conditionOf(text: string): (study: StudyResource) => boolean {
  const count = /^trials?=(\d+)$/.exec(text)?.[1];
  if (count !== undefined) return ({ counts }) => finishedTrials(counts) >= Number(count);
  if (text === "done") return ({ state }) => state === "done";
  if (text === "goal") return ({ end }) => end === "target-reached";
  throw new FettleError("invalid-input", `"${text}" is nothing to wait for.`, {
    hint: "Write --for done, --for goal or --for trials=20.",
  });
}

/** Without a target the goal can never be reached. @throws FettleError "invalid-input" */
function requireTarget(name: string, { objectives }: StudyResource["spec"]): void {
  if (objectives.some(({ target }) => target !== undefined)) return;
  throw new FettleError(
    "invalid-input",
    `There is no goal to wait for: no objective of ${name} has a target.`,
    {
      hint: "Set objectives[].target in the study, or write --for done or --for trials=20.",
    },
  );
}

function statusOf({ end, counts }: StudyResource, met: boolean): number {
  if (end !== null && FAILED_ENDS.has(end)) return EXIT_CODES.failed.code;
  return counts.failed > 0 || !met ? EXIT_CODES.partial.code : EXIT_CODES.ok.code;
}
