import type { Worker } from "bullmq";
import type { Consumer } from "../core/queue.ts";

const RETRY_MS = 500;
const CLOSE_MS = 5000;

/**
 * Keeps one worker of a queue alive. A BullMQ worker that could not connect when it was made stays broken for ever, so
 * it is made anew until one was ready; from then on it recovers by itself.
 */
export function superviseWorker(open: () => Worker, isUp: () => boolean): Consumer {
  let state: "running" | "paused" | "closed" = "running";
  let ready: Worker | undefined;
  let wake: (() => void) | undefined;
  const started = start();

  async function start(): Promise<void> {
    while (state !== "closed") {
      if (isUp() && (await tryOpen())) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, RETRY_MS);
      });
    }
  }

  async function tryOpen(): Promise<boolean> {
    const worker = open();
    try {
      await worker.waitUntilReady();
    } catch {
      await bounded(worker.close(true), CLOSE_MS);
      return false;
    }
    ready = worker;
    if (state === "running") run(worker);
    return true;
  }

  return {
    pause: async () => {
      if (state !== "running") return;
      state = "paused";
      await ready?.pause();
    },
    resume: async () => {
      if (state !== "paused") return;
      state = "running";
      await ready?.resume();
    },
    close: async () => {
      if (state === "closed") return;
      state = "closed";
      wake?.();
      // A worker that is about to be ready is closed too.
      await bounded(started, CLOSE_MS);
      if (ready !== undefined) await bounded(ready.close(), CLOSE_MS);
    },
  };
}

function run(worker: Worker): void {
  worker.run().catch((error: Error) => worker.emit("error", error));
}

/** Gives up waiting after `ms`: closing a worker whose backend is away may take for ever. */
export async function bounded(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    late,
  ]);
  clearTimeout(timer);
}
