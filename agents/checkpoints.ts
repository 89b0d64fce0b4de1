import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { Assignment, CheckpointSource, ResultRequest } from "../core/protocol.ts";
import { readMarker, writeMarker } from "./checkpoint-marker.ts";
import { ownCheckpoint, placeOf } from "./checkpoint-place.ts";
import { type CheckpointUploads, createCheckpointUploads, type UploadContext } from "./checkpoint-uploads.ts";
import { replyTimeoutMs } from "./client.ts";
import type { AgentOptions } from "./config.ts";
import { measureDirectory } from "./directory.ts";
import { type PrepareContext, prepareCheckpoint } from "./prepare-checkpoint.ts";
import type { Session } from "./session.ts";
import { spoolDir, trialDir } from "./trial-dirs.ts";

/** What a result says of the checkpoint directory. */
export type KeptCheckpoint = NonNullable<ResultRequest["checkpoint"]>;

/** The checkpoints on this host. */
export interface Checkpoints {
  /** Before the processes start: the directory that they get. @throws see `prepareCheckpoint` */
  prepare(
    assignment: Assignment,
    attempt: Pick<PrepareContext, "read" | "cancelled" | "say">,
  ): Promise<string>;
  /** After the processes are gone: what they left; undefined: nothing. Never rejects. */
  measure(assignment: Assignment): Promise<KeptCheckpoint | undefined>;
  /** The server was told of it: it gets a copy where the study wants that. `say`: a sentence for the agent's log. */
  told(assignment: Assignment, kept: KeptCheckpoint, say: (message: string) => void): Promise<void>;
  /** Removes those of these trials that are not `inUse`. The server repeats what it was not told to be done. */
  discard(trialIds: readonly string[], inUse: (trialId: string) => boolean): Promise<void>;
  /** Removed, and the server does not know. */
  discarded(): string[];
  discardsTold(trialIds: readonly string[]): void;
  /** Uploads go on for at most `limitMs`. */
  end(limitMs: number): Promise<void>;
}

/** Those of an agent that is registered. */
export function openCheckpoints({
  options,
  session,
}: {
  options: AgentOptions;
  session: Session;
}): Checkpoints {
  const { stateDir, name, randomness, log } = options;
  return createCheckpoints({
    stateDir,
    agentName: name,
    spoolDirectory: spoolDir(stateDir),
    randomness,
    intervals: () => session.intervals,
    send: (attempt, part, signal) =>
      session.appendCheckpoint(attempt, part, { signal, timeoutMs: replyTimeoutMs(session.intervals) }),
    say: (message) => log.warn({}, message),
  });
}

export interface CheckpointsContext extends UploadContext {
  stateDir: string;
  agentName: string;
  /** A sentence for the agent's log. */
  say: (message: string) => void;
}

const MEBIBYTE = 1024 * 1024;

export function createCheckpoints(context: CheckpointsContext): Checkpoints {
  const { stateDir } = context;
  const uploads: CheckpointUploads = createCheckpointUploads(context);
  const gone = new Set<string>();
  /** Of these trials the checkpoint is being removed; it is not to be found half there. */
  const removing = new Map<string, Promise<void>>();
  /** Trials whose checkpoint is being copied for another one. */
  const copied = new Map<string, number>();

  async function whileCopied<Value>(from: CheckpointSource | null, work: () => Promise<Value>) {
    if (from === null) return work();
    copied.set(from.trialId, (copied.get(from.trialId) ?? 0) + 1);
    try {
      return await work();
    } finally {
      copied.set(from.trialId, (copied.get(from.trialId) ?? 1) - 1);
    }
  }

  async function remove(trialId: string): Promise<void> {
    const done = removeNow(trialId).catch((error: unknown) =>
      context.say(`a checkpoint could not be removed: ${messageOf(error)}`),
    );
    removing.set(trialId, done);
    await done;
    removing.delete(trialId);
  }

  async function removeNow(trialId: string): Promise<void> {
    await uploads.cancel(trialId);
    const own = ownCheckpoint(stateDir, trialId);
    const marker = await readMarker(trialDir(stateDir, trialId));
    // The file could be forged by what ran here: nothing but a directory of the trial's name is removed because of it.
    const shared = marker !== null && basename(marker.directory) === trialId ? [marker.directory] : [];
    for (const directory of [own, ...shared]) await removeWhole(directory);
    if (marker !== null)
      await writeMarker(trialDir(stateDir, trialId), { ...marker, directory: own, managed: false });
    gone.add(trialId);
  }

  return {
    async prepare(assignment, attempt) {
      // Before anything is written into a directory that is being read.
      await uploads.cancel(assignment.trialId);
      await removing.get(assignment.trialId);
      gone.delete(assignment.trialId);
      return whileCopied(assignment.from, () => prepareCheckpoint({ ...context, ...attempt }, assignment));
    },
    async measure(assignment) {
      try {
        const { directory, shared } = await placeOf(stateDir, assignment, assignment.trialId);
        const bytes = await measureDirectory(directory);
        return bytes === null ? undefined : { bytes, shared };
      } catch (error) {
        context.say(`a checkpoint directory could not be looked at: ${messageOf(error)}`);
        return undefined;
      }
    },
    async told({ trialId, attempt, spec }, { bytes }, say) {
      const marker = await readMarker(trialDir(stateDir, trialId));
      if (marker !== null) await writeMarker(trialDir(stateDir, trialId), { ...marker, attempt });
      const checkpoint = spec.fidelity?.checkpoint;
      if (checkpoint?.store !== "server") return;
      const directory = ownCheckpoint(stateDir, trialId);
      uploads.add({ trialId, attempt, directory, bytes, maxBytes: checkpoint.maxMb * MEBIBYTE, say });
    },
    async discard(trialIds, inUse) {
      for (const trialId of trialIds) {
        if (inUse(trialId) || (copied.get(trialId) ?? 0) > 0 || removing.has(trialId)) continue;
        await remove(trialId);
      }
    },
    discarded: () => [...gone],
    discardsTold(trialIds) {
      for (const trialId of trialIds) gone.delete(trialId);
    },
    end: (limitMs) => uploads.end(limitMs),
  };
}

/** At once gone by its name: an agent that dies meanwhile must not leave half a checkpoint. */
async function removeWhole(directory: string): Promise<void> {
  const gone = `${directory}.gone`;
  await rm(gone, { recursive: true, force: true });
  await rename(directory, gone).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  });
  await rm(gone, { recursive: true, force: true });
}
