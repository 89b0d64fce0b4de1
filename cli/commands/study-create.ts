import type { FieldError } from "../../core/errors.ts";
import type { StudyResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandCall, CommandModule } from "../command.ts";
import { EXIT_CODES, ServerError } from "../failure.ts";
import { studiesPath } from "../paths.ts";
import { addOutputOptions, isForPeople, printOne } from "../printing.ts";
import { withValues } from "../set-values.ts";
import { studyShape } from "../shapes.ts";
import { loadStudyFile, parseStudy, type StudyFile } from "../study-file.ts";
import { CLIENT_SETTINGS } from "../targets.ts";
import { watchStudy } from "../watch-study.ts";

type Warning = Pick<FieldError, "pointer" | "message" | "hint">;
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
      .option(
        "--set <place=value...>",
        "other values than the file's, as in budget.maxTrials=60 or parameters.lr.high=0.1",
      )
      .option("--dry-run", "only check it")
      .option("-w, --watch", "follow it once it is created");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, io } = call;
    const client = createClient(config);
    const file = await readFile(call);
    try {
      if (options.dryRun === true) {
        const path = `/v1/projects/${config.project}/validate`;
        return reportValidation(await client.post<Validation>(path, file.study), file, call);
      }
      const created = await client.post<Created>(studiesPath(config.project), file.study);
      for (const warning of created.warnings) io.err.write(`warning: ${sentence(warning, file)}\n`);
      if (options.watch === true) return await watchStudy(client, created.name, call);
      printOne(call, created, studyShape);
      if (isForPeople(call)) io.err.write(nextSteps(created));
      return undefined;
    } catch (error) {
      throw error instanceof ServerError ? located(error, file) : error;
    }
  },
};

async function readFile({ options, io }: CommandCall): Promise<StudyFile> {
  const path = options.file as string;
  const file =
    path === "-" ? parseStudy(await standardInput(), "standard input", io.cwd) : await loadStudyFile(path);
  const study = withValues(file.study, (options.set as string[] | undefined) ?? []);
  return { ...file, study: options.name === undefined ? study : { ...study, name: options.name } };
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The server's refusal, with the line of the file that each field stands on. */
function located(error: ServerError, { placeOf }: StudyFile): ServerError {
  const { code, message, hint, requestId } = error;
  const [first] = error.fields;
  return new ServerError(code, first === undefined ? message : `${placeOf(first.pointer)}: ${message}`, {
    cause: error,
    requestId,
    ...(hint === undefined ? {} : { hint }),
    fields: error.fields.map((field) => ({
      ...field,
      pointer: `${placeOf(field.pointer)} ${field.pointer}`,
    })),
  });
}

function reportValidation(
  { valid, errors, warnings }: Validation,
  file: StudyFile,
  { io }: CommandCall,
): number {
  for (const error of errors) io.err.write(`error: ${sentence(error, file)}\n`);
  for (const warning of warnings) io.err.write(`warning: ${sentence(warning, file)}\n`);
  io.err.write(valid ? "The study can run; nothing was created.\n" : "The study would be refused.\n");
  return (valid ? EXIT_CODES.ok : EXIT_CODES.usage).code;
}

function sentence({ pointer, message, hint }: Warning, { placeOf }: StudyFile): string {
  const place = pointer === "" ? "" : `${placeOf(pointer)}: `;
  return `${place}${message}${hint === undefined ? "" : ` ${hint}`}`;
}

function nextSteps({ name, spec }: Created): string {
  const ask = spec.command === undefined ? ["Its trials wait for workers of yours: POST …/suggest"] : [];
  return [
    `Created with seed ${spec.seed}.`,
    ...ask,
    `  Follow it:    fettle study watch ${name}`,
    `  The answer:   fettle best ${name}`,
    "",
  ].join("\n");
}
