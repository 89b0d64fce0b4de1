import type { StudyResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandCall, CommandModule } from "../command.ts";
import { shortNumber } from "../numbers.ts";
import { studiesPath } from "../paths.ts";
import { addOutputOptions, isForPeople, printOne } from "../printing.ts";
import { studyShape } from "../shapes.ts";
import { loadStudyFile, parseStudy, type StudyFile } from "../study-file.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

interface Warning {
  code: string;
  message: string;
}
type Created = StudyResource & { warnings: Warning[] };
interface Validation {
  valid: boolean;
  errors: Warning[];
  warnings: Warning[];
}

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .requiredOption("-f, --file <study.yaml>", "the study, YAML or JSON; - reads standard input")
      .option("--name <name>", "instead of the name in the file")
      .option("--dry-run", "only check it");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, io } = call;
    const client = createClient(config);
    const study = await readStudy(call);
    if (options.dryRun === true) {
      const path = `/v1/projects/${config.project}/validate`;
      return reportValidation(await client.post<Validation>(path, study), call);
    }
    const created = await client.post<Created>(studiesPath(config.project), study);
    for (const { message } of created.warnings) io.err.write(`warning: ${message}\n`);
    printOne(call, created, studyShape);
    if (isForPeople(call)) io.err.write(nextSteps(created));
    return undefined;
  },
};

async function readStudy({ options, io }: CommandCall): Promise<StudyFile> {
  const file = options.file as string;
  const study =
    file === "-" ? parseStudy(await standardInput(), "standard input", io.cwd) : await loadStudyFile(file);
  return options.name === undefined ? study : { ...study, name: options.name };
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function reportValidation({ valid, errors, warnings }: Validation, { io }: CommandCall): number {
  for (const { message } of errors) io.err.write(`error: ${message}\n`);
  for (const { message } of warnings) io.err.write(`warning: ${message}\n`);
  io.err.write(valid ? "The study can run; nothing was created.\n" : "The study would be refused.\n");
  return valid ? 0 : 1;
}

function nextSteps({ name, spec }: Created): string {
  const ask = spec.command === undefined ? ["Its trials wait for workers of yours: POST …/suggest"] : [];
  const seed = `seed ${shortNumber(spec.seed)}`;
  return [
    `Created with ${seed}.`,
    ...ask,
    `  Follow it:    fettle study watch ${name}`,
    `  The answer:   fettle best ${name}`,
    "",
  ].join("\n");
}
