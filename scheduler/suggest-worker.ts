import { parentPort } from "node:worker_threads";
import { messageOf } from "../core/errors.ts";
import type { StudyEvent } from "../core/event.ts";
import { createLogSearch, type LogSearch } from "./log-search.ts";
import type { SearchAnswer } from "./searcher.ts";
import type { SearchDefinition } from "./study-problem.ts";

/** The thread in which algorithms run: keeps the searches of its studies warm, and answers one question at a time. */

export type WorkerRequest =
  | {
      type: "ask";
      id: number;
      studyId: string;
      definition: SearchDefinition;
      trial: number;
      after: number;
      events: StudyEvent[];
    }
  | { type: "forget"; studyId: string };

export type WorkerReply =
  | { type: "answer"; id: number; answer: SearchAnswer; seq: number }
  /** The thread knows the log up to `seq` only (0: nothing); send the events after it. */
  | { type: "behind"; id: number; seq: number }
  | { type: "error"; id: number; message: string };

const searches = new Map<string, LogSearch>();

parentPort?.on("message", (request: WorkerRequest) => {
  if (request.type === "forget") {
    searches.delete(request.studyId);
    return;
  }
  parentPort?.postMessage(reply(request));
});

function reply(request: WorkerRequest & { type: "ask" }): WorkerReply {
  try {
    const search = searches.get(request.studyId) ?? createLogSearch(request.definition);
    searches.set(request.studyId, search);
    if (search.seq !== request.after) return { type: "behind", id: request.id, seq: search.seq };
    for (const event of request.events) search.observe(event);
    const answer = { suggestion: search.suggest(request.trial), algorithm: search.algorithm };
    return { type: "answer", id: request.id, answer, seq: search.seq };
  } catch (error) {
    // Half-folded state is worth nothing: the next question replays.
    searches.delete(request.studyId);
    return { type: "error", id: request.id, message: messageOf(error) };
  }
}
