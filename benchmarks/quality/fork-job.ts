import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/**
 * A process that measures and is spoken to in messages. It gets a process group of its own: an interrupt from the terminal
 * ends the benchmark, and the benchmark ends its jobs, so that none of them takes it for a failure of its own.
 *
 * @param script URL of a TypeScript file.
 */
export function forkJob(script: URL): ChildProcess {
  return fork(script, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: ["--import", loader],
    detached: true,
  });
}
