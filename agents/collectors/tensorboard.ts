import { readdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Collector, CollectorContext, FileCollector, ParsedPoint } from "./collector.ts";
import { createTail } from "./tail.ts";
import { eventPoints } from "./tensorboard-event.ts";

const MAX_FILES = 200;
const MAX_DEPTH = 5;
/** A record larger than this is no scalar; the file is given up. */
const MAX_RECORD = 16 << 20;

export const tensorboard: Collector<"tensorboard"> = {
  kind: "tensorboard",
  summary: "Scalars of the TensorBoard event files below a directory, new files included.",
  open: (spec, context) => eventDirectories(spec.directory ?? ".", context),
};

function eventDirectories(directory: string, context: CollectorContext): FileCollector {
  const readers = new Map<string, RecordReader>();
  const nameOf = createNaming(context.declared);
  return {
    source: "files",
    async look() {
      const points: ParsedPoint[] = [];
      const { root, paths } = await findEvents(context.directories, directory);
      for (const path of paths) {
        if (!readers.has(path) && readers.size >= MAX_FILES) continue;
        const reader = readers.get(path) ?? createRecordReader(path, context.startedMs);
        readers.set(path, reader);
        const folder = relative(root, dirname(path)).split(sep).join("/");
        await reader.read((record) => {
          for (const point of eventPoints(record))
            points.push({ ...point, name: nameOf(point.name, folder) });
        });
      }
      return points;
    },
    end: () => [],
  };
}

/**
 * Names of scalars. A tag is its own name, for the first directory that has it; in further ones (Keras writes the same
 * tags to train/ and validation/) the directory stands before it. A declared metric of that form always has its way.
 */
function createNaming(declared: readonly string[]): (tag: string, folder: string) => string {
  const owners = new Map<string, string>();
  return (tag, folder) => {
    const wanted = declared.find(
      (name) => name.endsWith(`/${tag}`) && `/${folder}/${tag}`.endsWith(`/${name}`),
    );
    if (wanted !== undefined) return wanted;
    if (!owners.has(tag)) owners.set(tag, folder);
    return owners.get(tag) === folder ? tag : `${folder}/${tag}`;
  };
}

/** In the first of the directories that has event files. */
async function findEvents(directories: readonly string[], directory: string) {
  for (const base of new Set(directories)) {
    const root = join(base, directory);
    const paths = await eventFiles(root, MAX_DEPTH);
    if (paths.length > 0) return { root, paths };
  }
  return { root: "", paths: [] };
}

async function eventFiles(directory: string, depth: number): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name.includes("tfevents"));
  const folders = depth > 0 ? entries.filter((entry) => entry.isDirectory()) : [];
  const names = folders.map((entry) => entry.name).sort();
  const below = await Promise.all(names.map((name) => eventFiles(join(directory, name), depth - 1)));
  return [...files.map((entry) => join(directory, entry.name)).sort(), ...below.flat()];
}

interface RecordReader {
  read(onRecord: (record: Uint8Array) => void): Promise<void>;
}

/** TFRecord framing: length (8 bytes, little endian), its checksum (4), the record, its checksum (4). */
function createRecordReader(path: string, startedMs: number): RecordReader {
  const tail = createTail(path, startedMs);
  let held: Buffer = Buffer.alloc(0);
  let broken = false;

  function take(onRecord: (record: Uint8Array) => void): void {
    let at = 0;
    while (held.length - at >= 12) {
      const length = Number(held.readBigUInt64LE(at));
      broken = length > MAX_RECORD;
      if (broken || held.length - at < length + 16) break;
      onRecord(held.subarray(at + 12, at + 12 + length));
      at += length + 16;
    }
    held = broken ? Buffer.alloc(0) : held.subarray(at);
  }

  return {
    async read(onRecord) {
      if (broken) return;
      await tail.read({
        onBytes(bytes, stale) {
          if (broken) return;
          held = Buffer.concat([held, bytes]);
          take(stale ? () => {} : onRecord);
        },
        onRestart() {
          held = Buffer.alloc(0);
        },
      });
    },
  };
}
