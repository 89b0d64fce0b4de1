import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { Intervals } from "../core/protocol.ts";
import type { Rng } from "../core/rng.ts";
import { backoffMs, DEFECT_TRIES, pause, requestBackoff } from "./backoff.ts";
import { ArchiveError, packCheckpoint } from "./checkpoint-archive.ts";
import { type AttemptRef, RequestError, type UploadPart } from "./client.ts";

/** A checkpoint that the server is to have, too. */
export interface Upload extends AttemptRef {
  directory: string;
  /** Of all files in it. */
  bytes: number;
  maxBytes: number;
  /** A sentence for the agent's log. */
  say: (message: string) => void;
}

/** Sends checkpoints in the background, one after the other, so that neither disk nor network is filled by many. */
export interface CheckpointUploads {
  add(upload: Upload): void;
  /** The trial goes on here, or its checkpoint goes: resolves when nothing of it is read any more. */
  cancel(trialId: string): Promise<void>;
  /** Goes on for at most `limitMs`, then gives up. */
  end(limitMs: number): Promise<void>;
}

export interface UploadContext {
  spoolDirectory: string;
  /** One request; returns the server's next offset. @throws RequestError */
  send: (attempt: AttemptRef, part: UploadPart, signal: AbortSignal) => Promise<number>;
  intervals: () => Intervals;
  randomness: Rng;
}

interface Job {
  upload: Upload;
  abort: AbortController;
  done: Promise<void>;
}

/** The server's limit on one request. */
const PART_BYTES = 1024 * 1024;

export function createCheckpointUploads(context: UploadContext): CheckpointUploads {
  const jobs = new Set<Job>();
  let tail: Promise<void> = Promise.resolve();
  const ofTrial = (trialId: string) => [...jobs].filter(({ upload }) => upload.trialId === trialId);
  return {
    add(upload) {
      const abort = new AbortController();
      const job: Job = { upload, abort, done: tail.then(() => transfer(context, upload, abort.signal)) };
      jobs.add(job);
      tail = job.done.finally(() => jobs.delete(job));
    },
    async cancel(trialId) {
      const affected = ofTrial(trialId);
      for (const { abort } of affected) abort.abort();
      await Promise.all(affected.filter(({ upload }) => upload === first(jobs)).map(({ done }) => done));
    },
    async end(limitMs) {
      const limit = new AbortController();
      await Promise.race([tail, pause(limitMs, limit.signal)]);
      limit.abort();
      for (const { abort, upload } of jobs) {
        if (!abort.signal.aborted) upload.say("its checkpoint stays on this host: the agent ends");
        abort.abort();
      }
      await tail;
    },
  };
}

/** The one under way; the others wait, and read nothing. */
function first(jobs: ReadonlySet<Job>): Upload | undefined {
  return [...jobs][0]?.upload;
}

/** Never rejects: a checkpoint that is not sent lies on this host all the same. */
async function transfer(context: UploadContext, upload: Upload, signal: AbortSignal): Promise<void> {
  const { trialId, attempt, directory, bytes, maxBytes } = upload;
  const file = join(context.spoolDirectory, `${trialId}-${attempt}.tgz`);
  try {
    if (signal.aborted) return;
    if (bytes > maxBytes) throw new ArchiveError(`it has ${bytes} bytes, and ${maxBytes} are allowed`);
    const length = await packCheckpoint(directory, file, maxBytes, signal);
    await sendAll(context, upload, file, length, signal);
  } catch (error) {
    if (signal.aborted || isOutdated(error)) return;
    const wayOut = "raise `fidelity.checkpoint.maxMb` or use a path that all agents share";
    const hint = error instanceof ArchiveError || isTooLarge(error) ? `; ${wayOut}` : "";
    upload.say(`its checkpoint stays on this host alone: ${messageOf(error)}${hint}`);
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}

/** The trial has gone on, here or elsewhere. */
function isOutdated(error: unknown): boolean {
  return error instanceof RequestError && error.remedy === "stale-attempt";
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RequestError && error.code === "limit-exceeded";
}

async function sendAll(
  context: UploadContext,
  upload: Upload,
  file: string,
  length: number,
  signal: AbortSignal,
): Promise<void> {
  const archive = await open(file, "r");
  try {
    let failures = 0;
    for (let offset = 0; offset < length && !signal.aborted; ) {
      const { buffer, bytesRead } = await archive.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, offset);
      const part = { offset, last: offset + bytesRead === length, bytes: buffer.subarray(0, bytesRead) };
      try {
        offset = await context.send(upload, part, signal);
        failures = 0;
      } catch (error) {
        offset = await afterFailure(context, error, offset, ++failures, signal);
      }
    }
  } finally {
    await archive.close();
  }
}

/** Waits, and returns from where to go on. @throws the failure when to send again is of no use */
async function afterFailure(
  { intervals, randomness }: UploadContext,
  error: unknown,
  offset: number,
  failures: number,
  signal: AbortSignal,
): Promise<number> {
  if (!(error instanceof RequestError)) throw error;
  // The server has less than it said once (restored from a backup): it skips what it has, and says where that ends.
  const hasLess = error.code === "conflict" && offset > 0;
  const passes = error.remedy === "retry" || error.remedy === "register" || error.code === "unauthenticated";
  const isDefect = error.code === "internal" && failures >= DEFECT_TRIES;
  if ((!hasLess && !passes) || isDefect) throw error;
  await pause(backoffMs(requestBackoff(intervals()), failures, error.retryAfterMs, randomness), signal);
  return hasLess ? 0 : offset;
}
