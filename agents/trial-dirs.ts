import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readMarker } from "./checkpoint-marker.ts";

/**
 * Where trials live on a host: `<stateDir>/trials/<trial id>/`. The directory outlives the attempt, for its
 * checkpoints: the trial may be retried or promoted here. Old ones are removed, so that disks do not fill.
 */

export interface KeepTrialDirs {
  maxAgeMs: number;
  maxCount: number;
}

export const DEFAULT_KEEP: KeepTrialDirs = { maxAgeMs: 7 * 24 * 3_600_000, maxCount: 10_000 };

export function trialsRoot(stateDir: string): string {
  return join(stateDir, "trials");
}

/** `trialId`: a UUID, checked when the assignment was parsed; the only name in the path that comes from outside. */
export function trialDir(stateDir: string, trialId: string): string {
  return join(trialsRoot(stateDir), trialId);
}

export async function createTrialDir(stateDir: string, trialId: string): Promise<string> {
  const directory = trialDir(stateDir, trialId);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** For bytes that wait for the server. What an earlier agent left there belongs to attempts that are over: it goes. */
export async function createSpoolDir(stateDir: string): Promise<void> {
  await rm(spoolDir(stateDir), { recursive: true, force: true });
  await mkdir(spoolDir(stateDir), { recursive: true, mode: 0o700 });
}

export function spoolDir(stateDir: string): string {
  return join(stateDir, "spool");
}

/**
 * A paused trial may go on after weeks, and the server says when its checkpoint is no longer needed. Only past so many
 * times the age is it taken that no server will.
 */
const MANAGED_FACTOR = 12;

/**
 * Removes what is older than `maxAgeMs` and, oldest first, what is beyond `maxCount`; directories whose checkpoints the
 * server manages only past twelve times the age. `inUse`: trial ids that stay.
 * `now`: milliseconds since the epoch, as file times are. Returns how many were removed.
 */
export async function cleanTrialDirs(
  stateDir: string,
  keep: KeepTrialDirs,
  inUse: ReadonlySet<string>,
  now: number,
): Promise<number> {
  const root = trialsRoot(stateDir);
  const names = await readdir(root).catch(() => []);
  const idle = names.filter((name) => !inUse.has(name));
  const aged = await Promise.all(
    idle.map(async (name) => ({
      name,
      changed: await lastChange(join(root, name)),
      managed: (await readMarker(join(root, name)))?.managed === true,
    })),
  );
  const managed = aged.filter((directory) => directory.managed);
  const newestFirst = aged.filter((directory) => !directory.managed).sort((a, b) => b.changed - a.changed);
  const old = [
    ...managed.filter(({ changed }) => now - changed > keep.maxAgeMs * MANAGED_FACTOR),
    ...newestFirst.filter(({ changed }, rank) => rank >= keep.maxCount || now - changed > keep.maxAgeMs),
  ];
  for (const { name } of old) await rm(join(root, name), { recursive: true, force: true });
  return old.length;
}

/** The latest change of the directory or of what lies directly in it: a checkpoint written by a long attempt counts. */
async function lastChange(directory: string): Promise<number> {
  const entries = await readdir(directory).catch(() => []);
  const paths = [directory, ...entries.map((entry) => join(directory, entry))];
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(...times);
}
