import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Curve } from "./curve.ts";

/** One study of one method on one problem. */
export interface RunKey {
  problem: string;
  /** Digest of the problem as it was. */
  task: string;
  method: string;
  /** Of the method's code: the algorithm's version and the digest of its source, or the peer's packages. */
  version: string;
  /** Trials at the same time. */
  workers: number;
  seed: number;
  /** The budget that the method was told. */
  trials: number;
  /** Starting points shared by all methods; 0: each method's own initial design. */
  paired: number;
}

export interface RunRecord extends RunKey {
  /** unsupported: the method cannot say this problem. failed, timeout: the run counts as missing, and is listed. */
  status: "ok" | "unsupported" | "failed" | "timeout";
  curve: Curve;
  /** Simulated seconds of the whole study. */
  clock: number;
  /** Real seconds of the whole study. */
  seconds: number;
  /** Real milliseconds of a suggestion: mean, median and 95th percentile. */
  askMs: readonly [mean: number, p50: number, p95: number];
  /** Trials whose point was a stand-in, because the search had failed. */
  fallbacks?: number;
  error?: string;
}

/** Finished runs as JSON lines, a file per method: cumulative, so that a long benchmark is resumed by starting it again. */
export interface RunStore {
  /** One of each key: of several the last written. In the order of writing within each method. */
  readonly records: readonly RunRecord[];
  has(key: RunKey): boolean;
  append(record: RunRecord): void;
}

/** @param directories the first is written to; all are read, the first as the newest. */
export function openStore(directories: readonly string[]): RunStore {
  const records = new Map<string, RunRecord>();
  const add = (record: RunRecord) => {
    const key = keyOf(record);
    records.delete(key);
    records.set(key, record);
  };
  for (const directory of directories.toReversed()) readRecords(directory).forEach(add);
  return {
    get records() {
      return [...records.values()];
    },
    has: (key) => records.has(keyOf(key)),
    append(record) {
      add(record);
      const directory = directories[0]!;
      mkdirSync(directory, { recursive: true });
      appendLine(join(directory, fileOf(record.method)), JSON.stringify(record));
    },
  };
}

function keyOf({ problem, task, method, version, workers, seed, trials, paired }: RunKey): string {
  return JSON.stringify([problem, task, method, version, workers, seed, trials, paired]);
}

function readRecords(directory: string): RunRecord[] {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
  return files
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n").flatMap(parse));
}

/** A line that another process is still writing, or that a crash cut off, is as if it were not there. */
function parse(line: string): RunRecord[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** After a line that a crash cut off, the next still starts a line of its own. */
function appendLine(file: string, line: string): void {
  const descriptor = openSync(file, "a+");
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
    const broken = size > 0 && last.toString() !== "\n";
    writeSync(descriptor, `${broken ? "\n" : ""}${line}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/** A method's settings are part of its name; what a file name cannot hold becomes a dash. */
function fileOf(method: string): string {
  return `${method.replace(/[^A-Za-z0-9.=-]+/g, "-").replace(/^-|-$/g, "")}.jsonl`;
}
