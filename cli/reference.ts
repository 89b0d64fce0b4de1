import type { Command } from "commander";
import { commands } from "./commands/index.ts";
import { EXIT_CODES } from "./failure.ts";
import { buildProgram } from "./program.ts";

export { configurationReference } from "./config.ts";

/** All commands with their help texts, and the exit codes, as Markdown for the documentation. */
export async function cliReference(): Promise<string> {
  const silent = { write: () => true, columns: 100 };
  const io = { out: silent, err: silent, env: {}, cwd: "/" };
  const program = await buildProgram(
    io,
    () => true,
    async () => undefined,
  );
  const sections = commands
    .filter(({ hidden }) => hidden !== true)
    .map(({ path, summary }) => {
      const help = find(program, path.split(" ")).helpInformation().trimEnd();
      return `### fettle ${path}\n\n${summary}.\n\n\`\`\`text\n${help}\n\`\`\``;
    });
  return [...sections, "## Exit codes", exitCodeTable()].join("\n\n");
}

function find(program: Command, words: readonly string[]): Command {
  return words.reduce((at, word) => {
    const command = at.commands.find((candidate) => candidate.name() === word);
    if (command === undefined) throw new Error(`no command ${words.join(" ")}`);
    return command;
  }, program);
}

function exitCodeTable(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return ["| code | meaning |", "|---|---|", ...rows].join("\n");
}
