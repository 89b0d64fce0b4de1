import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/**
 * The output of one attempt, of bounded size however much it prints: the head up to a cap, in a file, and of what
 * comes after it the last bytes, in memory. Offsets address the log as it is kept: head, then, once the output has ended,
 * a line that tells how much is missing, and the tail.
 */
export interface LogSpool {
  /** Keeps or counts the bytes. Never throws and never waits. */
  append(bytes: Uint8Array): void;
  /** The output has ended: the tail follows the head. */
  end(): void;
  /** Bytes that can be read. */
  size(): number;
  /** Bytes from `offset`, at most `maxBytes`; empty at the end. @throws the file system's error */
  read(offset: number, maxBytes: number): Promise<Uint8Array>;
  /** Bytes printed that are neither in the head nor in the tail. */
  truncatedBytes(): number;
  /** Removes the file. */
  close(): void;
}

export interface LogSpoolOptions {
  /** Made anew. */
  path: string;
  /** Default 32 MiB. */
  headBytes?: number;
  /** Default 1 MiB. */
  tailBytes?: number;
  /** A write failed (disk full …): from now on only the tail is kept. Called once. */
  onError?: (error: unknown) => void;
}

const MEBIBYTE = 1024 * 1024;

/** @throws the file system's error when the file cannot be made */
export function createLogSpool(options: LogSpoolOptions): LogSpool {
  const { path, headBytes = 32 * MEBIBYTE, tailBytes = MEBIBYTE } = options;
  const file = openSync(path, "w+", 0o600);
  const tail = createRing(tailBytes);
  let head = 0;
  let cap = headBytes;
  let printed = 0;
  /** What follows the head; empty until the end. */
  let rest = Buffer.alloc(0);
  let closed = false;

  function toHead(bytes: Uint8Array): number {
    const wanted = Math.min(bytes.length, cap - head);
    let written = 0;
    try {
      while (written < wanted) written += writeSync(file, bytes, written, wanted - written, head + written);
    } catch (error) {
      // What is written stays readable; the rest goes the way of what is beyond the cap.
      cap = head + written;
      options.onError?.(error);
    }
    head += written;
    return written;
  }

  return {
    append(bytes) {
      if (closed) return;
      printed += bytes.length;
      const kept = head < cap ? toHead(bytes) : 0;
      if (kept < bytes.length) tail.push(bytes.subarray(kept));
    },
    end() {
      const end = tail.bytes();
      const missing = printed - head - end.length;
      const notice = missing > 0 ? `\n[fettle: ${missing} bytes left out here]\n` : "";
      rest = Buffer.concat([Buffer.from(notice), end]);
    },
    size: () => head + rest.length,
    async read(offset, maxBytes) {
      if (offset >= head) return rest.subarray(offset - head, offset - head + maxBytes);
      const bytes = Buffer.alloc(Math.min(maxBytes, head - offset));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
    },
    truncatedBytes: () => printed - head - tail.size(),
    close() {
      if (closed) return;
      closed = true;
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}

interface Ring {
  push(bytes: Uint8Array): void;
  size(): number;
  /** The last bytes, oldest first. */
  bytes(): Buffer;
}

/** Keeps the last `capacity` bytes; its memory is taken with the first of them. */
function createRing(capacity: number): Ring {
  let memory: Buffer | null = null;
  let next = 0;
  let size = 0;
  return {
    push(bytes) {
      memory ??= Buffer.alloc(capacity);
      const last = bytes.subarray(Math.max(0, bytes.length - capacity));
      const first = last.subarray(0, capacity - next);
      memory.set(first, next);
      memory.set(last.subarray(first.length), 0);
      next = (next + last.length) % capacity;
      size = Math.min(capacity, size + last.length);
    },
    size: () => size,
    bytes() {
      if (memory === null) return Buffer.alloc(0);
      return size < capacity
        ? memory.subarray(0, size)
        : Buffer.concat([memory.subarray(next), memory.subarray(0, next)]);
    },
  };
}
