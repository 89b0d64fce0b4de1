import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FettleError } from "../core/errors.ts";

/**
 * One agent process a state directory: a second one would take the first one's trials for leftovers and kill them.
 * The lock is a file with the holder's pid and start time; it is void when that process is gone, so nothing has to be
 * cleaned up after `kill -9` or a power cut.
 */

const holderSchema = z.object({ pid: z.int(), startTime: z.string().nullable() });
type Holder = z.infer<typeof holderSchema>;

const ATTEMPTS = 5;

/** Returns the release. @throws FettleError "invalid-config" while another live process holds the directory. */
export function lockStateDir(stateDir: string): () => void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const lock = join(stateDir, "agent.lock");
  const own = join(stateDir, `agent.lock.${randomUUID()}`);
  writeFileSync(
    own,
    JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) } satisfies Holder),
  );
  try {
    acquire(lock, own);
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

function acquire(lock: string, own: string): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (tryLink(own, lock)) return;
    const holder = readHolder(lock);
    if (holder !== null && isAlive(holder)) throw heldBy(lock, holder);
    // Moved aside rather than removed: of several that find a void lock only one moves it.
    moveAside(lock);
  }
  throw new FettleError("invalid-config", `could not take ${lock}: other agents keep starting here`);
}

/** A link appears with its content, all at once or not at all. */
function tryLink(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function moveAside(lock: string): void {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = readHolder(aside);
  // Another one took the void lock between our look and our move: give it back.
  if (moved !== null && isAlive(moved)) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function heldBy(lock: string, { pid }: Holder): FettleError {
  return new FettleError(
    "invalid-config",
    `another agent (process ${pid}) uses this state directory: ${lock}`,
    {
      hint: "Give each agent of a host its own --state-dir, or stop the other one.",
    },
  );
}

function readHolder(lock: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(lock, "utf8")));
  } catch {
    return null;
  }
}

function isAlive({ pid, startTime }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // Pids are used again; (pid, start time) is not.
  return startTime === null || startTimeOf(pid) === startTime;
}

/** Field 22 of /proc/<pid>/stat, in clock ticks since boot; null where there is no /proc. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in parentheses, may hold anything: count from the last one.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
