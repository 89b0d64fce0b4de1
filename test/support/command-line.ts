import type { Io } from "../../cli/command.ts";
import { runCommandLine } from "../../cli/program.ts";

/** A command run to its end in this process: what it printed, and its exit code. */
export interface CommandEnd {
  exitCode: number;
  out: string;
  err: string;
}

/** Runs `fettle <argv>` without any configuration but `env`. */
export async function runCommand(argv: string[], env: NodeJS.ProcessEnv = {}): Promise<CommandEnd> {
  let out = "";
  let err = "";
  const io: Io = {
    out: { write: (text) => (out += String(text)) },
    err: { write: (text) => (err += String(text)) },
    env: { FETTLE_DATA_DIR: "/nowhere/at/all", ...env },
    cwd: new URL("../..", import.meta.url).pathname,
  };
  const exitCode = await runCommandLine(argv, io);
  return { exitCode, out, err };
}
