import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ParsedPoint } from "./collector.ts";
import type { FileSource } from "./file-source.ts";
import { createTail, type Tail } from "./tail.ts";
import { eventPoints } from "./tensorboard-event.ts";

const MAX_FILES = 200;
const MAX_DEPTH = 5;
/** A record larger than this is no scalar; the file is given up. */
const MAX_RECORD = 16 << 20;

/** Scalars of every TensorBoard event file below a directory, new files included. */
export function tensorboardDirectory(directory: string): FileSource {
  const readers = new Map<string, RecordReader>();
  return {
    async look() {
      const points: ParsedPoint[] = [];
      for (const path of await eventFiles(directory, MAX_DEPTH)) {
        if (!readers.has(path) && readers.size >= MAX_FILES) continue;
        const reader = readers.get(path) ?? createRecordReader(path);
        readers.set(path, reader);
        await reader.read((record) => points.push(...eventPoints(record)));
      }
      return points;
    },
    end: () => [],
  };
}

async function eventFiles(directory: string, depth: number): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name.includes("tfevents"));
  const folders = depth > 0 ? entries.filter((entry) => entry.isDirectory()) : [];
  const below = await Promise.all(folders.map((entry) => eventFiles(join(directory, entry.name), depth - 1)));
  return [...files.map((entry) => join(directory, entry.name)).sort(), ...below.flat()];
}

interface RecordReader {
  read(onRecord: (record: Uint8Array) => void): Promise<void>;
}

/** TFRecord framing: length (8 bytes, little endian), its checksum (4), the record, its checksum (4). */
function createRecordReader(path: string): RecordReader {
  const tail: Tail = createTail(path);
  let held = Buffer.alloc(0);
  let broken = false;
  return {
    async read(onRecord) {
      if (broken) return;
      await tail.read(
        (chunk) => {
          held = Buffer.concat([held, chunk]);
        },
        () => {
          held = Buffer.alloc(0);
        },
      );
      while (held.length >= 12) {
        const length = Number(held.readBigUInt64LE(0));
        if (length > MAX_RECORD) {
          broken = true;
          held = Buffer.alloc(0);
          return;
        }
        if (held.length < length + 16) return;
        onRecord(held.subarray(12, 12 + length));
        held = held.subarray(length + 16);
      }
    },
  };
}
