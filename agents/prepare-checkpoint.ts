import { cp, mkdir, rename, rm } from "node:fs/promises";
import { messageOf } from "../core/errors.ts";
import type { Assignment, CheckpointSource } from "../core/protocol.ts";
import { unpackCheckpoint } from "./checkpoint-archive.ts";
import { type CheckpointMarker, readMarker, writeMarker } from "./checkpoint-marker.ts";
import { type CheckpointPlace, placeOf } from "./checkpoint-place.ts";
import { isDiskFull } from "./cordon.ts";
import { hasContent, listDirectory } from "./directory.ts";
import { trialDir } from "./trial-dirs.ts";

export interface PrepareContext {
  stateDir: string;
  agentName: string;
  /** Bytes of the server's archive of `source` from `offset` on. Retries by itself. */
  read: (source: CheckpointSource, offset: number) => Promise<Uint8Array>;
  /** Nobody wants the attempt any more. */
  cancelled: () => boolean;
  /** What went wrong, for the trial's log. */
  say: (message: string) => void;
}

/**
 * Makes the directory that an attempt's script finds as its checkpoint directory. In this order:
 *
 *  1. what the trial left here itself, unless the server knows of a newer one: the trial was elsewhere and came back;
 *  2. a copy of what the other trial left here, when it starts from one;
 *  3. the archive that the server has;
 *  4. nothing: the directory is empty, and the script starts from zero.
 *
 * It is never half a checkpoint: a copy gets its name when it is whole. The trial's directory must be there. Returns the
 * checkpoint directory.
 * @throws the file system's error; FettleError "invalid-config" when the study's shared path is not there
 */
export async function prepareCheckpoint(context: PrepareContext, assignment: Assignment): Promise<string> {
  const { stateDir } = context;
  const { trialId, attempt, from, spec } = assignment;
  const place = await placeOf(stateDir, assignment, trialId);
  const resumes = await isResumable(context, assignment, place);
  const obtained = !resumes && from !== null && (await obtain(context, assignment, from, place));
  if (!resumes && !obtained) await rm(place.directory, { recursive: true, force: true });
  await mkdir(place.directory, { recursive: true, mode: 0o700 });
  const isBehind = !resumes && !obtained && from !== null;
  if (isBehind)
    context.say(`starts from zero: the checkpoint of trial ${from.trial} is out of this host's reach`);
  await writeMarker(trialDir(stateDir, trialId), {
    attempt: isBehind ? 0 : attempt,
    directory: place.directory,
    managed: spec.fidelity !== undefined,
  });
  return place.directory;
}

async function isResumable(
  context: PrepareContext,
  { trialId, from }: Assignment,
  place: CheckpointPlace,
): Promise<boolean> {
  if (!(await hasContent(place.directory))) return false;
  if (from === null || place.shared) return true;
  const marker = await readMarker(trialDir(context.stateDir, trialId));
  if (from.trialId === trialId) return isCurrent(marker, from, context.agentName);
  // The other trial's checkpoint was where this one began.
  return marker === null || marker.attempt > 0;
}

/** Whether what lies here of the source's trial is what the server means, or newer. */
function isCurrent(marker: CheckpointMarker | null, from: CheckpointSource, agentName: string): boolean {
  return marker === null ? from.agent === agentName : marker.attempt >= from.attempt;
}

/** False: there is no way to it. */
async function obtain(
  context: PrepareContext,
  assignment: Assignment,
  from: CheckpointSource,
  place: CheckpointPlace,
): Promise<boolean> {
  const staged = `${place.directory}.part`;
  for (const way of [copyFromTrial, download]) {
    await rm(staged, { recursive: true, force: true });
    try {
      if (!(await way(context, assignment, from, staged))) continue;
      await rm(place.directory, { recursive: true, force: true });
      await rename(staged, place.directory);
      return true;
    } catch (error) {
      if (isDiskFull(error)) throw error;
      context.say(`the checkpoint of trial ${from.trial} could not be fetched: ${messageOf(error)}`);
    }
  }
  await rm(staged, { recursive: true, force: true });
  return false;
}

/** The other trial may be running here, and write while it is read. */
const MAX_COPIES = 3;

async function copyFromTrial(
  { stateDir, agentName }: PrepareContext,
  assignment: Assignment,
  from: CheckpointSource,
  staged: string,
): Promise<boolean> {
  if (from.trialId === assignment.trialId) return false;
  const source = await placeOf(stateDir, assignment, from.trialId);
  const isValid =
    source.shared || isCurrent(await readMarker(trialDir(stateDir, from.trialId)), from, agentName);
  if (!isValid || !(await hasContent(source.directory))) return false;
  for (let copies = 0; copies < MAX_COPIES; copies++) {
    const before = await listDirectory(source.directory);
    await cp(source.directory, staged, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    const after = await listDirectory(source.directory);
    if (JSON.stringify(before) === JSON.stringify(after)) return true;
    await rm(staged, { recursive: true, force: true });
  }
  throw new Error("it changes faster than it can be copied");
}

const MEBIBYTE = 1024 * 1024;

async function download(
  context: PrepareContext,
  { spec }: Assignment,
  from: CheckpointSource,
  staged: string,
): Promise<boolean> {
  if (from.archiveBytes === null || spec.fidelity === undefined) return false;
  const maxBytes = spec.fidelity.checkpoint.maxMb * MEBIBYTE;
  await unpackCheckpoint(partsOf(context, from, from.archiveBytes), staged, maxBytes);
  return true;
}

async function* partsOf(
  { read, cancelled }: PrepareContext,
  from: CheckpointSource,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < length; ) {
    if (cancelled()) throw new Error("the attempt is over");
    const part = await read(from, offset);
    if (part.length === 0) throw new Error(`the archive ends at byte ${offset} of ${length}`);
    yield part;
    offset += part.length;
  }
}
