import type { CollectorKind, SpecOf } from "../../core/collector.ts";

/** One value that a script reported. */
export interface ParsedPoint {
  name: string;
  /** Null when the script did not say. */
  step: number | null;
  /** The step was inferred (an epoch on the line), so several points may share it though they follow each other. */
  loose?: true;
  /** May be NaN or infinite. */
  value: number;
}

/** Reads the metrics of one line of text. Never throws, takes linear time, whatever the line holds. */
export type LineParser = (line: string) => ParsedPoint[];

/** Reads what the processes print. */
export interface LineCollector {
  source: "output";
  parse: LineParser;
}

/** Reads files: now and then, and once more when the attempt has ended. */
export interface FileCollector {
  source: "files";
  look(): Promise<ParsedPoint[]>;
  /** What an unfinished last line held. */
  end(): ParsedPoint[];
}

/** What a collector may know of its attempt. */
export interface CollectorContext {
  /** FETTLE_METRICS_FILE. */
  metricsFile: string;
  /** Where relative paths are looked for, the first that has a match winning. */
  directories: readonly string[];
  /** Metrics that decide something. */
  declared: readonly string[];
  /** Milliseconds since the epoch: what was written before belongs to an earlier attempt. */
  startedMs: number;
}

/** A registry entry. */
export interface Collector<Kind extends CollectorKind> {
  kind: Kind;
  summary: string;
  open(spec: SpecOf<Kind>, context: CollectorContext): LineCollector | FileCollector;
}
