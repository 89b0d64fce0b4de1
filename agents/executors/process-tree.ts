import { setTimeout as delay } from "node:timers/promises";
import { MARKER_VARIABLE } from "./environment.ts";
import { hasVariable, listProcesses, type ProcessEntry } from "./proc.ts";

/**
 * All processes of one attempt: the group of its main process, and those that left it (setsid, daemons), which still
 * carry the marker in the environment that they were started with. One that cleared its environment as well is out of
 * reach; only a container would hold it.
 */
export interface ProcessTree {
  /** The main process; leader of the group of the same number. */
  pid: number;
  marker: string;
}

/** A process that holds much GPU memory, or waits for a disk, takes seconds to die; one that never does is given up. */
const KILL_PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 200;

/** Processes of the tree that are alive. */
export async function survivors(tree: ProcessTree): Promise<ProcessEntry[]> {
  const processes = await listProcesses();
  const mine = await Promise.all(processes.map(async (entry) => (await belongs(entry, tree)) && entry));
  return mine.filter((entry) => entry !== false);
}

async function belongs(entry: ProcessEntry, { pid, marker }: ProcessTree): Promise<boolean> {
  if (entry.pid === process.pid) return false;
  return entry.group === pid || (await hasVariable(entry.pid, MARKER_VARIABLE, marker));
}

/** TERM to the group at once, and to those that left it. */
export async function terminateTree(tree: ProcessTree): Promise<void> {
  send(-tree.pid, "SIGTERM");
  const strays = (await survivors(tree)).filter((entry) => entry.group !== tree.pid);
  for (const entry of strays) send(entry.pid, "SIGTERM");
}

/** KILL until none is left, or for as long as that can help. Returns how many processes had to be killed. */
export async function killTree(tree: ProcessTree): Promise<number> {
  if (process.platform !== "linux") return killGroup(tree);
  const killed = new Set<number>();
  const deadline = performance.now() + KILL_PATIENCE_MS;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const alive = await survivors(tree);
    if (alive.length === 0 || performance.now() > deadline) return killed.size;
    const strays = alive.filter((entry) => entry.group !== tree.pid);
    // A group by one signal: of its members one by one, another could fork meanwhile. Strays that do are found next time.
    if (strays.length < alive.length) send(-tree.pid, "SIGKILL");
    for (const entry of strays) send(entry.pid, "SIGKILL");
    for (const entry of alive) killed.add(entry.pid);
    await delay(pauseMs);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

/** Where the kernel lists no processes in /proc, the group is all that is known of a tree. */
function killGroup({ pid }: ProcessTree): number {
  if (pid > 1) send(-pid, "SIGKILL");
  return 0;
}

/** Signals a process, or a group by its negative number; one that is gone is no error. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
