import { Option } from "commander";
import { FettleError } from "../../core/errors.ts";
import type { StudyResource } from "../../core/resources.ts";
import type { StudyPatch } from "../../core/study.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { parseDuration } from "../duration-option.ts";
import { studyPath } from "../paths.ts";
import { addOutputOptions, printOne } from "../printing.ts";
import { studyShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

interface DryRun {
  changes: { pointer: string; from: unknown; to: unknown }[];
}

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .argument("[study]", "name or id; left out: the active one")
      .option("--max-trials <count>", "trials in all; none: no limit")
      .option(
        "--max-failed-trials <count>",
        "failed trials before the study fails; none: no limit of your own",
      )
      .option("--max-wall-time <duration>", "as in 12h; none: no limit")
      .option("--max-gpu-hours <hours>", "of all attempts together; none: no limit")
      .option("--parallelism <count>", "trials at the same time")
      .option("--priority <number>", "larger is placed first")
      .option("--description <text>")
      .addOption(new Option("--tags <tags>", "with commas between; they replace the present ones"))
      .option("--dry-run", "only show what would change");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, args, io } = call;
    const patch = patchOf(options);
    const client = createClient(config);
    const { name, version } = await findStudy(client, config.project, args[0]);
    const path = studyPath(config.project, name);
    if (options.dryRun === true) {
      const { changes } = await client.patch<DryRun>(path, patch, { query: { dryRun: true } });
      const lines = changes.map(({ pointer, from, to }) => `${pointer}: ${shown(from)} -> ${shown(to)}\n`);
      io.err.write(lines.length === 0 ? "Nothing would change.\n" : lines.join(""));
      return undefined;
    }
    printOne(call, await client.patch<StudyResource>(path, patch, { etag: `"${version}"` }), studyShape);
    return undefined;
  },
};

function patchOf(options: Readonly<Record<string, unknown>>): StudyPatch {
  const given = <Value>(name: string, read: (text: string) => Value) =>
    options[name] === undefined ? undefined : read(options[name] as string);
  const limit = (text: string) => (text === "none" ? null : numberOf(text));
  const budget = {
    maxTrials: given("maxTrials", limit),
    maxFailedTrials: given("maxFailedTrials", limit),
    maxWallTimeSeconds: given("maxWallTime", (text) => (text === "none" ? null : parseDuration(text) / 1000)),
    maxGpuHours: given("maxGpuHours", limit),
  };
  const patch = {
    budget: Object.values(budget).some((value) => value !== undefined) ? budget : undefined,
    parallelism: given("parallelism", numberOf),
    priority: given("priority", numberOf),
    description: given("description", (text) => text),
    tags: given("tags", (text) => text.split(",").filter((tag) => tag !== "")),
  };
  if (Object.values(patch).every((value) => value === undefined)) {
    throw new FettleError("invalid-input", "Nothing to change was named.", {
      hint: "For example: fettle study edit digits --max-trials 60",
    });
  }
  return JSON.parse(JSON.stringify(patch)) as StudyPatch;
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new FettleError("invalid-input", `"${text}" is no number.`);
}

function shown(value: unknown): string {
  return value === null ? "none" : JSON.stringify(value);
}
