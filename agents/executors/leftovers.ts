import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { bootId, readProcess } from "./proc.ts";
import { killTree, type ProcessTree } from "./process-tree.ts";

/**
 * What an agent that was killed leaves behind: a file for each running attempt names its processes, so that the next
 * agent of the same state directory can end them before it starts anything.
 */

const recordSchema = z.object({
  pid: z.int().positive(),
  startTime: z.string(),
  marker: z.string().min(16),
  boot: z.string(),
});

function folderOf(stateDirectory: string): string {
  return join(stateDirectory, "processes");
}

function fileOf(stateDirectory: string, { pid }: ProcessTree): string {
  return join(folderOf(stateDirectory), `${pid}.json`);
}

export async function rememberTree(stateDirectory: string, tree: ProcessTree): Promise<void> {
  const startTime = (await readProcess(tree.pid))?.startTime ?? "";
  await mkdir(folderOf(stateDirectory), { recursive: true, mode: 0o700 });
  const record = { ...tree, startTime, boot: await bootId() };
  await writeFile(fileOf(stateDirectory, tree), JSON.stringify(record), { mode: 0o600 });
}

export async function forgetTree(stateDirectory: string, tree: ProcessTree): Promise<void> {
  await rm(fileOf(stateDirectory, tree), { force: true });
}

/** Kills what earlier agents of this state directory left running. Returns the number of processes killed. */
export async function sweepLeftovers(stateDirectory: string): Promise<number> {
  const folder = folderOf(stateDirectory);
  const names = await readdir(folder).catch(() => []);
  let killed = 0;
  for (const name of names) {
    const path = join(folder, name);
    const tree = await leftoverTree(await readFile(path, "utf8").catch(() => ""));
    if (tree !== null) killed += await killTree(tree);
    await rm(path, { force: true });
  }
  return killed;
}

/** Null when the record is damaged or of an earlier boot. */
async function leftoverTree(text: string): Promise<ProcessTree | null> {
  const record = recordSchema.safeParse(parseJson(text));
  if (!record.success || record.data.boot !== (await bootId())) return null;
  const { pid, startTime, marker } = record.data;
  const leader = await readProcess(pid);
  // Another process may have the number by now; then only the marker tells who belongs to the tree.
  return leader?.startTime === startTime ? { pid, marker } : { pid: NO_GROUP, marker };
}

/** No process has it. */
const NO_GROUP = -1;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
