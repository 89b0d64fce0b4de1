import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Curves } from "./incumbent.ts";

/** One study of one method on one problem. */
export interface RunKey {
  method: string;
  /** Of the method's code, or the peer's package. */
  version: string;
  problem: string;
  workers: number;
  seed: number;
  /** When the study is cut off, in whole trainings' worth of worker time. */
  budget: number;
  /** What the workers suffer; "none" if nothing. */
  faults: string;
}

export interface RunRecord extends RunKey {
  /** At each of MOMENTS up to the budget. */
  curves: Curves;
  trials: number;
  /** Trainings that reached their end. */
  completed: number;
  /** Worker time trained, and of it lost or done twice, in whole trainings. */
  trained: number;
  wasted: number;
  /** Shares of the workers' time without work. */
  idle: { barrier: number; end: number };
  /** Real milliseconds of a decision: median, 95th percentile. */
  decisionMs: readonly [p50: number, p95: number];
  /** Real seconds of the whole run. */
  seconds: number;
  /** Present where the run failed: then the figures are empty. */
  error?: string;
}

/** Finished runs as JSON lines, a file a method: a benchmark that was stopped is resumed by starting it again. */
export interface RunStore {
  /** One of each key, the last written. */
  readonly records: readonly RunRecord[];
  has(key: RunKey): boolean;
  append(record: RunRecord): void;
}

export function openStore(directory: string): RunStore {
  const records = new Map<string, RunRecord>();
  for (const record of readRecords(directory)) records.set(keyOf(record), record);
  return {
    get records() {
      return [...records.values()];
    },
    has: (key) => records.has(keyOf(key)),
    append(record) {
      records.set(keyOf(record), record);
      mkdirSync(directory, { recursive: true });
      appendFileSync(join(directory, `${record.method}.jsonl`), `${JSON.stringify(record)}\n`);
    },
  };
}

function keyOf({ method, version, problem, workers, seed, budget, faults }: RunKey): string {
  return JSON.stringify([method, version, problem, workers, seed, budget, faults]);
}

function readRecords(directory: string): RunRecord[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n").flatMap(parse));
}

/** A line that a crash cut off is as if it were not there. */
function parse(line: string): RunRecord[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
