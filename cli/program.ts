import { Command, CommanderError, type OutputConfiguration } from "commander";
import type { CommandCall, CommandEntry, CommandModule, Io } from "./command.ts";
import { commands, groups } from "./commands/index.ts";
import type { Setting, SettingName } from "./config.ts";
import { EXIT_CODES, exitCodeOf, failureText } from "./failure.ts";

const DESCRIPTION = `Fettle tunes hyperparameters: it runs your training script unchanged, stops what is not worth
finishing, and says why it did each thing.`;

const EPILOGUE = `
Begin with:
  fettle quickstart                   30 trials of a small network on this machine, in under a minute
  fettle up                           the service, with an agent, on this machine
  fettle study create -f study.yaml   a study of your own`;

/** Runs one command line (without `node` and the script) and returns its exit code. Never throws. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT_CODES.ok.code;
  const run: Run = async (module, call) => {
    exitCode = (await module.run(call)) ?? EXIT_CODES.ok.code;
  };
  try {
    const program = await buildProgram(io, chosenBy(argv), run);
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said itself what is wrong with the command line.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code;
    io.err.write(failureText(error, argv.includes("--debug")));
    return exitCodeOf(error);
  }
}

type Run = (module: CommandModule, call: CommandCall) => Promise<void>;

/** The tree of commands; only the `chosen` ones are loaded and have their arguments and options. */
export async function buildProgram(
  io: Io,
  chosen: (entry: CommandEntry) => boolean,
  run: Run,
): Promise<Command> {
  const program = new Command("fettle")
    .description(DESCRIPTION)
    .addHelpText("after", EPILOGUE)
    .option("--debug", "show where an error comes from")
    .exitOverride()
    .configureOutput(outputOf(io));
  const parents = new Map<string, Command>();
  for (const entry of commands) {
    const [first, second] = entry.path.split(" ") as [string, string | undefined];
    const parent =
      second === undefined ? program : (parents.get(first) ?? openGroup(program, first, parents));
    const command = parent
      .command(second ?? first, { hidden: entry.hidden === true })
      .description(entry.summary);
    if (chosen(entry)) await define(command, entry, io, run);
  }
  return program;
}

function openGroup(program: Command, name: string, parents: Map<string, Command>): Command {
  const group = program.command(name).description(groups[name] ?? "");
  parents.set(name, group);
  return group;
}

/** The entry whose words the command line begins with, options aside. */
function chosenBy(argv: readonly string[]): (entry: CommandEntry) => boolean {
  const [first, second] = argv.filter((word) => !word.startsWith("-"));
  // `fettle help study create` needs the options of that command too.
  const words = first === "help" ? argv.slice(argv.indexOf("help") + 1) : [first, second];
  return ({ path }) => path === words[0] || path === words.slice(0, 2).join(" ");
}

async function define(command: Command, entry: CommandEntry, io: Io, run: Run): Promise<void> {
  const [{ command: module }, { loadConfig, SETTINGS }] = await Promise.all([
    entry.load(),
    import("./config.ts"),
  ]);
  module.define?.(command);
  for (const name of module.settings) {
    const { flag, meaning }: Setting = SETTINGS[name];
    if (flag !== undefined) command.option(flag, meaning.replaceAll("`", ""));
  }
  command.option("--debug", "show where an error comes from");
  command.action(async () => {
    const options = command.opts();
    const { config, warnings } = loadConfig({
      flags: flagsOf(module.settings, SETTINGS, options),
      env: io.env,
    });
    for (const warning of warnings) io.err.write(`warning: ${warning}\n`);
    await run(module, { args: command.processedArgs, options, config, io });
  });
}

function flagsOf(
  settings: readonly SettingName[],
  table: Readonly<Record<SettingName, Setting>>,
  options: Record<string, unknown>,
): Partial<Record<SettingName, string>> {
  const given = settings.flatMap((name) => {
    const value = options[optionName(table[name].flag ?? "")];
    return typeof value === "string" ? [[name, value]] : [];
  });
  return Object.fromEntries(given);
}

/** "--data-dir <folder>" is the option "dataDir". */
function optionName(flag: string): string {
  const [long = ""] = flag.replace(/^--/, "").split(" ");
  return long.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function outputOf(io: Io): OutputConfiguration {
  return {
    writeOut: (text) => void io.out.write(text),
    writeErr: (text) => void io.err.write(text),
    getOutHelpWidth: () => io.out.columns ?? 100,
    getErrHelpWidth: () => io.err.columns ?? 100,
  };
}
