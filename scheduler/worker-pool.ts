import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { FettleError } from "../core/errors.ts";
import type { StudyEvent } from "../core/event.ts";
import type { SearchAnswer, Searcher, SearchQuestion } from "./searcher.ts";
import type { WorkerReply, WorkerRequest } from "./suggest-worker.ts";

export interface WorkerPoolOptions {
  threads: number;
  /** Milliseconds an algorithm may take for one suggestion, replay included; then its thread is ended. */
  deadlineMs: number;
  /** The worker's module; the default is the one beside this file. */
  workerUrl?: URL;
}

/**
 * Worker threads with studies pinned to them, so that each search stays warm in one place. A thread that passes the
 * deadline is terminated and started anew; its studies are replayed from the log when they ask again.
 */
export function createWorkerPool(options: WorkerPoolOptions): Searcher {
  const slots = Array.from({ length: options.threads }, () => new Slot(options));
  const slotOf = (studyId: string) => slots[pin(studyId, slots.length)] as Slot;
  return {
    ask: (question) => slotOf(question.studyId).ask(question),
    forget: (studyId) => slotOf(studyId).forget(studyId),
    close: async () => {
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

/** FNV-1a of the study's id, so that every process pins alike and no table is needed. */
function pin(studyId: string, slots: number): number {
  let hash = 0x811c9dc5;
  for (const character of studyId) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash % slots;
}

/** One thread, its queue of questions, and what it knows of each study's log. */
class Slot {
  readonly #options: WorkerPoolOptions;
  readonly #known = new Map<string, number>();
  #worker: Worker | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #nextId = 1;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** One question at a time: the next waits, and its deadline starts when it is asked. */
  ask(question: SearchQuestion): Promise<SearchAnswer> {
    const answer = this.#tail.then(() => this.#askNow(question));
    this.#tail = answer.catch(() => undefined);
    return answer;
  }

  forget(studyId: string): void {
    this.#known.delete(studyId);
    this.#worker?.postMessage({ type: "forget", studyId } satisfies WorkerRequest);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#terminate();
  }

  async #askNow(question: SearchQuestion): Promise<SearchAnswer> {
    if (this.#closed) throw new FettleError("algorithm-failed", "The scheduler is shutting down.");
    const known = this.#known.get(question.studyId) ?? 0;
    // More folded than the log holds: an uncommitted turn. Start over.
    if (known > question.seq) this.forget(question.studyId);
    const after = known > question.seq ? 0 : known;
    const reply = await this.#send(question, after, await question.events(after));
    const settled = reply.type === "behind" ? await this.#resend(question, reply.seq) : reply;
    if (settled.type === "answer") {
      this.#known.set(question.studyId, settled.seq);
      return settled.answer;
    }
    this.#known.delete(question.studyId);
    throw new FettleError(
      "algorithm-failed",
      settled.type === "error" ? settled.message : "its thread lost the log",
    );
  }

  async #resend(question: SearchQuestion, seq: number): Promise<WorkerReply> {
    if (seq > question.seq) this.forget(question.studyId);
    const after = seq > question.seq ? 0 : seq;
    return this.#send(question, after, await question.events(after));
  }

  #send(question: SearchQuestion, after: number, events: readonly StudyEvent[]): Promise<WorkerReply> {
    const worker = this.#ensureWorker();
    const id = this.#nextId++;
    const { studyId, definition, trial } = question;
    return new Promise((resolve, reject) => {
      const done = (outcome: () => void) => {
        clearTimeout(timer);
        worker.off("message", onMessage);
        worker.off("error", onError);
        worker.off("exit", onExit);
        outcome();
      };
      const onMessage = (reply: WorkerReply) => {
        if (reply.id === id) done(() => resolve(reply));
      };
      const onError = (error: Error) => done(() => reject(this.#lost(error.message)));
      const onExit = () => done(() => reject(this.#lost("its thread ended")));
      const timer = setTimeout(() => {
        done(() => reject(this.#lost(`it took more than ${this.#options.deadlineMs} ms`)));
        void worker.terminate();
      }, this.#options.deadlineMs);
      worker.on("message", onMessage);
      worker.on("error", onError);
      worker.on("exit", onExit);
      worker.postMessage({
        type: "ask",
        id,
        studyId,
        definition,
        trial,
        after,
        events: [...events],
      } satisfies WorkerRequest);
    });
  }

  #lost(message: string): FettleError {
    this.#worker = null;
    this.#known.clear();
    return new FettleError("algorithm-failed", message);
  }

  #ensureWorker(): Worker {
    if (this.#worker === null) {
      this.#worker = startThread(this.#options.workerUrl ?? defaultWorkerUrl());
      this.#worker.unref();
      // Listeners of the running question handle it; this one keeps an idle thread's error from ending the process.
      this.#worker.on("error", () => undefined);
    }
    return this.#worker;
  }

  async #terminate(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#known.clear();
    await worker?.terminate();
  }
}

/** From source, the thread needs the TypeScript loader, which Node 20 does not hand on to threads by itself. */
function startThread(url: URL): Worker {
  if (!url.pathname.endsWith(".ts")) return new Worker(url);
  const loader = pathToFileURL(
    createRequire(import.meta.url)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs"),
  );
  const boot = `import(${JSON.stringify(loader.href)}).then(({ register }) => { register(); return import(${JSON.stringify(url.href)}); })`;
  return new Worker(boot, { eval: true });
}

function defaultWorkerUrl(): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./suggest-worker.${extension}`, import.meta.url);
}
