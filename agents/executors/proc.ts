import { readdir, readFile } from "node:fs/promises";

/** The kernel's own table of processes. Elsewhere than on Linux it is empty. */

export interface ProcessEntry {
  pid: number;
  group: number;
  /** Clock ticks since boot: with the pid it names a process for good, where the pid alone may be given again. */
  startTime: string;
}

/** Every process that is not a zombie; one that ends meanwhile is left out. */
export async function listProcesses(): Promise<ProcessEntry[]> {
  const names = await readdir("/proc").catch(() => []);
  const entries = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess));
  return entries.filter((entry) => entry !== null);
}

/** Null when there is no such process, or only a zombie waiting for its parent. */
export async function readProcess(pid: number | string): Promise<ProcessEntry | null> {
  const text = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => null);
  if (text === null) return null;
  // pid (name) state ppid group … starttime: the name may hold anything, parentheses and spaces too.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, , group] = fields;
  const startTime = fields[19];
  if (state === undefined || "ZX".includes(state) || group === undefined || startTime === undefined)
    return null;
  return { pid: Number(pid), group: Number(group), startTime };
}

/** Whether a process was started with `variable=value`; false for other users' processes. */
export async function hasVariable(pid: number, variable: string, value: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
  return environment.split("\0").includes(`${variable}=${value}`);
}

/** Names this boot of the machine: pids of another one mean nothing. */
export async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "latin1").catch(() => "")).trim();
}

/** Processes that the kernel has killed for lack of memory since boot; null where it does not say. */
export async function outOfMemoryKills(): Promise<number | null> {
  const text = await readFile("/proc/vmstat", "latin1").catch(() => "");
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
}
