import type { ServerResponse } from "node:http";
import { stringifyWire } from "../core/number.ts";
import type { EventResource } from "../core/resources.ts";
import type { EventListener } from "./event-hub.ts";

/** One client of the event stream: writes Server-Sent Events, and gives up on a client that does not read. */
export interface EventStream extends EventListener {
  /** The id from which a client that saw no event yet resumes. */
  begin(position: string): void;
}

export interface EventStreamOptions {
  response: ServerResponse;
  wants: (event: EventResource) => boolean;
  /** Bytes that may wait for the client; the event that passes them waits, too. */
  buffer: number;
  /** How long so many bytes may wait. */
  stallMs: number;
  onEnd: () => void;
}

const HEARTBEAT_MS = 15_000;

export const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // Proxies that buffer would hold events back.
  "x-accel-buffering": "no",
} as const;

export function createEventStream(options: EventStreamOptions): EventStream {
  const { response, wants, buffer, stallMs, onEnd } = options;
  let isOpen = true;
  let wake = () => {};
  const isFull = () => response.writableLength > buffer;
  const heartbeat = setInterval(() => {
    if (!isFull()) write(": still here\n\n");
  }, HEARTBEAT_MS);
  heartbeat.unref();
  response.once("close", finish);

  function finish(): void {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(heartbeat);
    wake();
    onEnd();
  }

  function write(text: string): void {
    if (isOpen) response.write(text, written);
  }

  function written(): void {
    if (!isFull()) wake();
  }

  /** Dropping single events would be a silent gap: the client is told to begin anew, with its Last-Event-ID. */
  function reset(): void {
    response.end("event: reset\ndata: {}\n\n");
    finish();
    response.socket?.destroySoon();
  }

  return {
    begin: (position) => write(`retry: 1000\nid: ${position}\n\n`),
    send(event) {
      if (wants(event)) write(`id: ${event.id}\nevent: ${event.type}\ndata: ${stringifyWire(event)}\n\n`);
      return isOpen && !isFull();
    },
    async ready() {
      if (!isOpen || !isFull()) return;
      await new Promise<void>((resolve) => {
        const stalled = setTimeout(reset, stallMs);
        wake = () => {
          clearTimeout(stalled);
          resolve();
        };
      });
    },
    end() {
      if (!isOpen) return;
      response.end();
      finish();
    },
  };
}
