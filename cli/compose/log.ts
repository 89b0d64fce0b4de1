import { pino } from "pino";
import type { Log } from "../../core/log.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** What a logger writes to: standard error, or a test's collector. */
export interface LogSink {
  write(text: string): unknown;
}

/** JSON lines, or one readable line each where a person reads them. */
export function createLog(level: LogLevel, sink: LogSink, readable: boolean): Log {
  const options = { level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  return pino(options, { write: (line) => void sink.write(readable ? readableLine(line) : line) });
}

/** `12:30:01 warn  the queue's backend is away  backend=redis` */
export function readableLine(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const details = Object.entries(fields).map(([name, value]) => `${name}=${plain(value)}`);
  return `${[clock, String(level).padEnd(5), msg, details.join(" ")].join(" ").trimEnd()}\n`;
}

function plain(value: unknown): string {
  return typeof value === "string" && !/\s/.test(value) ? value : JSON.stringify(value);
}
