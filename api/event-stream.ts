import type { ServerResponse } from "node:http";
import { stringifyWire } from "../core/number.ts";
import type { EventResource } from "../core/resources.ts";
import type { EventListener } from "./event-hub.ts";

/** One client of the event stream: writes Server-Sent Events, and gives up on a client that does not read. */
export interface EventStream extends EventListener {
  /** The id from which a client that saw no event yet resumes. */
  begin(position: string): void;
  /** Whether the client is still there. */
  open(): boolean;
}

export interface EventStreamOptions {
  response: ServerResponse;
  wants: (event: EventResource) => boolean;
  /** Bytes that may wait for the client. */
  buffer: number;
  onEnd: () => void;
}

const HEARTBEAT_MS = 15_000;

export const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // Proxies that buffer would hold events back.
  "x-accel-buffering": "no",
} as const;

export function createEventStream({ response, wants, buffer, onEnd }: EventStreamOptions): EventStream {
  let isOpen = true;
  const heartbeat = setInterval(() => write(": still here\n\n"), HEARTBEAT_MS);
  heartbeat.unref();
  response.once("close", finish);

  function finish(): void {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(heartbeat);
    onEnd();
  }

  function write(text: string): void {
    if (!isOpen) return;
    if (response.writableLength <= buffer) {
      response.write(text);
      return;
    }
    // Dropping single events would be a silent gap: the client is told to begin anew, with its Last-Event-ID.
    response.end("event: reset\ndata: {}\n\n");
    finish();
    response.socket?.destroySoon();
  }

  return {
    open: () => isOpen,
    begin: (position) => write(`retry: 1000\nid: ${position}\n\n`),
    send(event) {
      if (wants(event)) write(`id: ${event.id}\nevent: ${event.type}\ndata: ${stringifyWire(event)}\n\n`);
    },
    end() {
      if (!isOpen) return;
      response.end();
      finish();
    },
  };
}
