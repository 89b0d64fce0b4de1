import type { Command } from "commander";
import type { Config, SettingName } from "./config.ts";

/** One command of the tree, loaded when it is called: `fettle --help` reads nothing but this. */
export interface CommandEntry {
  /** As it is typed: "up", or "study create". */
  path: string;
  summary: string;
  /** Left out of the help. */
  hidden?: true;
  load: () => Promise<{ command: CommandModule }>;
}

export interface CommandModule {
  /** Settings that this command lets the command line override. */
  settings: readonly SettingName[];
  /** Adds arguments and options. */
  define?: (command: Command) => void;
  /** Returns the exit code; nothing is 0. */
  run: (call: CommandCall) => Promise<number | undefined>;
}

export interface CommandCall {
  /** In the order of the definition; undefined where an optional one was left out. */
  args: readonly (string | undefined)[];
  options: Readonly<Record<string, unknown>>;
  config: Config;
  io: Io;
}

/** Data go to `out`, talk to `err`. */
export interface Io {
  out: Output;
  err: Output;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

export interface Output {
  write(text: string | Uint8Array): unknown;
  isTTY?: boolean;
  columns?: number;
}
