import { signal } from "@preact/signals";
import type { EventResource } from "../../core/resources.ts";
import { askForToken, authorization } from "./session.ts";

/**
 * The event stream of the service: one connection for the whole page, resumed after the last event that was seen. Pages
 * subscribe to what they need; nothing is polled.
 */

export type Connection = "connecting" | "live" | "away";

export const connection = signal<Connection>("connecting");
/** When the connection was lost, milliseconds since the epoch; null while it is live. */
export const awaySince = signal<number | null>(null);

type Listener = (events: readonly EventResource[]) => void;
const listeners = new Set<Listener>();

/** Calls back with events as they come, several at a time when many come. Returns how to end it. */
export function onEvents(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const RETRY_MS = [500, 1000, 2000, 5000];
/** Events that come within so long of each other are handed on together: a first one soon, a stream four times a second. */
const SOON_MS = 50;
const GATHER_MS = 250;

let started = false;

export function startLive(): void {
  if (started) return;
  started = true;
  void follow();
}

async function follow(): Promise<void> {
  let lastId: string | null = null;
  for (let failures = 0; ; failures++) {
    try {
      for await (const { id, event } of stream(lastId)) {
        failures = 0;
        if (id !== null) lastId = id;
        if (event !== null) gather(event);
      }
    } catch (error) {
      if (error instanceof Unauthorised) {
        await askForToken();
        continue;
      }
    }
    if (connection.value !== "away") awaySince.value = Date.now();
    connection.value = "away";
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
  }
}

class Unauthorised extends Error {}

interface Message {
  id: string | null;
  event: EventResource | null;
}

async function* stream(lastId: string | null): AsyncGenerator<Message> {
  const headers: Record<string, string> = { ...authorization(), accept: "text/event-stream" };
  if (lastId !== null) headers["last-event-id"] = lastId;
  const reply = await fetch("/v1/events", { headers });
  if (reply.status === 401) throw new Unauthorised();
  if (!reply.ok || reply.body === null) throw new Error(`HTTP ${reply.status}`);
  connection.value = "live";
  awaySince.value = null;
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) yield messageOf(block);
  }
}

/** One block of lines of the stream (HTML standard, 9.2.6). */
function messageOf(block: string): Message {
  let id: string | null = null;
  let type = "";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const field = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") id = value;
    if (field === "event") type = value;
    if (field === "data") data.push(value);
  }
  // "reset": this page read too slowly; the connection ends, and the next one goes on from the last id.
  if (data.length === 0 || type === "reset") return { id, event: null };
  return { id, event: JSON.parse(data.join("\n")) as EventResource };
}

let gathered: EventResource[] = [];
let handedOn = Number.NEGATIVE_INFINITY;

function gather(event: EventResource): void {
  gathered.push(event);
  if (gathered.length > 1) return;
  setTimeout(handOn, Math.max(SOON_MS, handedOn + GATHER_MS - performance.now()));
}

function handOn(): void {
  handedOn = performance.now();
  const events = gathered;
  gathered = [];
  for (const listener of listeners) listener(events);
}
