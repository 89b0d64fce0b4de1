import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Socket } from "node:net";
import { delimiter, join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { type Account, commandFor, NOBODY } from "./account.ts";
import type { Binaries } from "./binaries.ts";

export interface Launched {
  child: ChildProcess;
  /** Ends what would stop the server when this process dies; to be called once the server has ended. */
  release(): void;
}

/**
 * Starts a PostgreSQL program in a session of its own, so that an interrupt typed at the terminal does not reach it,
 * and bound to the life of this process: killed -9, it takes the server with it (a fast shutdown, nothing is lost).
 */
export function launch(
  account: Account,
  binaries: Binaries,
  program: string,
  args: readonly string[],
  stdio: SpawnOptions["stdio"],
): Launched {
  const setpriv = dieWithParent();
  const [file, ...rest] = commandFor(account, setpriv[0] ?? program, [
    ...(setpriv.length > 0 ? [...setpriv.slice(1), program] : []),
    ...args,
  ]);
  const child = spawn(file!, rest, {
    cwd: "/",
    detached: true,
    // The user's PG* variables would change what the programs do.
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC", ...binaries.environment },
    stdio,
    ...(account === "nobody" ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const watchdog = setpriv.length > 0 ? undefined : watch(child);
  return { child, release: () => watchdog?.kill("SIGKILL") };
}

/** The kernel's parent-death signal. It fires when the spawning *thread* ends, so only the main thread may use it. */
function dieWithParent(): readonly string[] {
  if (process.platform !== "linux" || !isMainThread || !onPath("setpriv")) return [];
  return ["setpriv", "--pdeathsig=INT"];
}

/** Elsewhere a shell waits on a pipe that closes when this process is gone, then interrupts the server. */
function watch(child: ChildProcess): ChildProcess | undefined {
  if (child.pid === undefined) return undefined;
  const script = 'read -r _; kill -INT "$1"';
  const watchdog = spawn("/bin/sh", ["-c", script, "fettle-postgres-watchdog", String(child.pid)], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watchdog.unref();
  (watchdog.stdin as Socket).unref();
  return watchdog;
}

function onPath(program: string): boolean {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => folder !== "" && existsSync(join(folder, program)));
}
