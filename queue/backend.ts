import type { Queue as BullQueue, JobsOptions, Processor, Worker } from "bullmq";

/** What differs between the two backends of BullMQ. */
export interface Backend {
  readonly kind: "redis" | "postgres";
  /**
   * Asks the backend whether it is there, and makes it ready for use. Resolves with the epoch of its data: another one
   * means that everything in it was lost. @throws when it is away, FettleError "invalid-config" when it is set up wrongly.
   */
  probe(): Promise<string>;
  openQueue(name: string): BullQueue;
  /** Not running yet. */
  openWorker(name: string, processor: Processor, concurrency: number): Worker;
  /** How finished jobs leave by themselves. */
  readonly retention: Pick<JobsOptions, "removeOnComplete" | "removeOnFail">;
  close(): Promise<void>;
}

export interface WorkerTiming {
  /** After this a hint whose consumer died is handed to another one, give or take a third of it. */
  lockMs: number;
}

/** What every BullMQ worker here is opened with. */
export function workerOptions(timing: WorkerTiming, concurrency: number) {
  return {
    autorun: false,
    concurrency,
    lockDuration: timing.lockMs,
    stalledInterval: Math.ceil(timing.lockMs / 3),
    // A consumer that dies says nothing about the hint.
    maxStalledCount: 1000,
    // The wait after a refused connection; BullMQ's own default is 15 s.
    runRetryDelay: 500,
  };
}

/** What every BullMQ queue here is opened with. Nobody reads the event streams, so they are kept short. */
export const QUEUE_OPTIONS = { skipWaitingForReady: true, streams: { events: { maxLen: 100 } } };
