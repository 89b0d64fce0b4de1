import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import type { MetricPoint } from "../core/event.ts";

/**
 * The metric points of one attempt that the server does not have yet, in order. The first ones wait in memory; when
 * the server is away for long, the rest goes to a file (JSON lines), so that a chatty trial never fills the agent's
 * memory. Every point carries its step, so sending one again changes nothing: peek, send, and drop only when the
 * server answered.
 */
export interface ReportSpool {
  /** @throws the file system's error (ENOSPC, …) when the file cannot take them; the points are then counted as dropped. */
  push(points: readonly MetricPoint[]): void;
  /** The first `count` points, or fewer; the same ones until `drop`. */
  peek(count: number): MetricPoint[];
  /** Forgets the first `count` points. */
  drop(count: number): void;
  size(): number;
  /** Points that found no room. */
  dropped(): number;
  /** Removes the file. */
  close(): void;
}

export interface ReportSpoolLimits {
  memoryPoints: number;
  fileBytes: number;
}

const DEFAULT_LIMITS: ReportSpoolLimits = { memoryPoints: 10_000, fileBytes: 64 * 1024 * 1024 };
const READ_BYTES = 256 * 1024;

/** `file`: made on first need. */
export function createReportSpool(file: string, limits: ReportSpoolLimits = DEFAULT_LIMITS): ReportSpool {
  const overflow = createOverflow(file, limits.fileBytes);
  let memory: MetricPoint[] = [];
  let lost = 0;

  /** Points of the file come before any new one, so memory takes new points only while the file is empty. */
  function push(points: readonly MetricPoint[]): void {
    const room = overflow.size() === 0 ? Math.max(0, limits.memoryPoints - memory.length) : 0;
    for (const point of points.slice(0, room)) memory.push(point);
    const rest = points.slice(room);
    if (rest.length === 0) return;
    lost += rest.length;
    lost -= overflow.append(rest);
  }

  function refill(): void {
    while (memory.length < limits.memoryPoints / 2 && overflow.size() > 0)
      memory = memory.concat(overflow.take());
  }

  return {
    push,
    peek: (count) => memory.slice(0, count),
    drop(count) {
      memory = memory.slice(count);
      refill();
    },
    size: () => memory.length + overflow.size(),
    dropped: () => lost,
    close: () => overflow.remove(),
  };
}

interface Overflow {
  /** Returns how many points found room. */
  append(points: readonly MetricPoint[]): number;
  /** The next points of the file; it is emptied once all are taken. */
  take(): MetricPoint[];
  size(): number;
  remove(): void;
}

function createOverflow(file: string, maxBytes: number): Overflow {
  let descriptor: number | null = null;
  let points = 0;
  let written = 0;
  let read = 0;

  function remove(): void {
    if (descriptor === null) return;
    closeSync(descriptor);
    rmSync(file, { force: true });
    descriptor = null;
    points = written = read = 0;
  }

  return {
    append(added) {
      const bytes = Buffer.from(added.map((point) => `${JSON.stringify(point)}\n`).join(""));
      if (written + bytes.length > maxBytes) return 0;
      descriptor ??= openSync(file, "w+", 0o600);
      // At `written`, not at the file's end: a write that failed for lack of space may have left half a line there.
      writeAll(descriptor, bytes, written);
      written += bytes.length;
      points += added.length;
      return added.length;
    },
    take() {
      if (descriptor === null) return [];
      const { texts, bytes } = readLines(descriptor, read, written);
      read += bytes;
      points -= texts.length;
      if (points === 0) remove();
      return texts.map((text) => JSON.parse(text) as MetricPoint);
    },
    size: () => points,
    remove,
  };
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length)
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}

/** Whole lines from byte `from` to `end`, about 256 KiB of them; a line is far shorter than that. */
function readLines(descriptor: number, from: number, end: number): { texts: string[]; bytes: number } {
  const buffer = Buffer.alloc(Math.min(READ_BYTES, end - from));
  const count = readSync(descriptor, buffer, 0, buffer.length, from);
  const bytes = buffer.subarray(0, count).lastIndexOf(0x0a) + 1;
  return { texts: buffer.toString("utf8", 0, bytes).split("\n").slice(0, -1), bytes };
}
