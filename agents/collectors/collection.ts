import { join } from "node:path";
import { type CollectorSpec, DEFAULT_COLLECTORS } from "../../core/collector.ts";
import type { MetricPoint } from "../../core/event.ts";
import { toWire } from "../../core/number.ts";
import type { LineParser, ParsedPoint } from "./collector.ts";
import { csvFile } from "./csv-file.ts";
import type { FileSource } from "./file-source.ts";
import { jsonLinesFile } from "./json-lines-file.ts";
import { createLineSplitter, type Line } from "./line-splitter.ts";
import { patternParser } from "./pattern.ts";
import { stdoutFormats } from "./stdout-formats.ts";
import { tensorboardDirectory } from "./tensorboard.ts";

export interface CollectionOptions {
  /** Absent: the metrics file and every format on stdout. */
  specs: readonly CollectorSpec[] | undefined;
  /** FETTLE_METRICS_FILE. */
  metricsFile: string;
  /** FETTLE_TRIAL_DIR: what the specs' paths are relative to. */
  trialDir: string;
  /** Points in the order in which they were found, steps filled in, names at most 200 characters long. */
  onPoints: (points: MetricPoint[]) => void;
  /** A collector could not read (its directory vanished, say); the others go on. */
  onProblem: (error: unknown) => void;
}

/** All the ways in which one attempt's metrics are collected. */
export interface Collection {
  /** Output of the process, stdout and stderr as they came. */
  output(chunk: Uint8Array): void;
  /** Reads what the files hold by now. Called every flush interval; calls never overlap. */
  look(): Promise<void>;
  /** Reads the rest, unfinished lines included. Call it once the process has ended. */
  end(): Promise<void>;
}

export function createCollection(options: CollectionOptions): Collection {
  const specs = options.specs ?? DEFAULT_COLLECTORS;
  const deliver = createDelivery(options.onPoints);
  const parsers = specs.map(lineParser).filter((parser) => parser !== null);
  const sources = specs.map((spec) => fileSource(spec, options)).filter((source) => source !== null);
  const splitter = createLineSplitter((line) => deliver(parseLine(parsers, line), line.redrawn));
  let looking: Promise<void> = Promise.resolve();

  const lookAll = async () => {
    for (const source of sources) {
      await source.look().then((points) => deliver(points, false), options.onProblem);
    }
  };
  return {
    output: (chunk) => splitter.write(chunk),
    look: () => {
      looking = looking.then(lookAll);
      return looking;
    },
    async end() {
      splitter.end();
      await looking;
      await lookAll();
      for (const source of sources) deliver(source.end(), false);
    },
  };
}

function lineParser(spec: CollectorSpec): LineParser | null {
  if (spec.collector === "stdout") return stdoutFormats[spec.format];
  return spec.collector === "pattern" ? patternParser(spec.pattern, spec.name) : null;
}

function fileSource(spec: CollectorSpec, { metricsFile, trialDir }: CollectionOptions): FileSource | null {
  switch (spec.collector) {
    case "metrics-file":
      return jsonLinesFile(metricsFile);
    case "jsonl":
      return jsonLinesFile(join(trialDir, spec.path));
    case "csv":
      return csvFile(join(trialDir, spec.path), spec);
    case "tensorboard":
      return tensorboardDirectory(join(trialDir, spec.directory ?? "."));
    default:
      return null;
  }
}

/** A line is read by every parser; a name that an earlier one found on it is not taken twice. */
function parseLine(parsers: readonly LineParser[], line: Line): ParsedPoint[] {
  const points = new Map<string, ParsedPoint>();
  for (const parse of parsers) {
    for (const point of parse(line.text)) {
      const key = `${point.step}/${point.name}`;
      if (!points.has(key)) points.set(key, point);
    }
  }
  return [...points.values()];
}

const MAX_NAME = 200;

/** Fills in missing steps by counting each metric's arrivals, and drops what a redrawn progress bar only repeats. */
function createDelivery(onPoints: CollectionOptions["onPoints"]) {
  const last = new Map<string, { step: number; value: number }>();
  return (points: readonly ParsedPoint[], redrawn: boolean): void => {
    const fresh = points.filter(({ name, value }) => {
      if (name.length === 0 || name.length > MAX_NAME) return false;
      return !(redrawn && Object.is(last.get(name)?.value, value));
    });
    const told = fresh.map(({ name, step, value }) => {
      const at = step !== null && Number.isFinite(step) ? step : Math.floor(last.get(name)?.step ?? 0) + 1;
      last.set(name, { step: at, value });
      return { name, step: at, value: toWire(value) };
    });
    if (told.length > 0) onPoints(told);
  };
}
