import { type CollectorSpec, DEFAULT_COLLECTORS } from "../../core/collector.ts";
import type { MetricPoint } from "../../core/event.ts";
import type { CollectorContext, LineParser, ParsedPoint } from "./collector.ts";
import { openCollector } from "./index.ts";
import { createIntake } from "./intake.ts";
import { createLineSplitter, type Line } from "./line-splitter.ts";
import { createSeriesKeeper } from "./series.ts";
import { headerStep } from "./text-lines.ts";

export interface CollectionOptions extends CollectorContext {
  /** Absent: the metrics file and every format on stdout. */
  specs: readonly CollectorSpec[] | undefined;
  /** Points in the order in which they were found, steps filled in, names at most 200 characters long. */
  onPoints: (points: MetricPoint[]) => void;
  /** A collector could not read (its directory vanished, say), or not everything; the others go on. */
  onProblem: (error: unknown) => void;
}

/**
 * All the ways in which one attempt's metrics are collected. A metric that several find is taken from the one that
 * stands first in the specification, so that it has each point once.
 */
export interface Collection {
  /** Output of the process, stdout and stderr as they came. */
  output(chunk: Uint8Array): void;
  /** Reads what the files hold by now. Called every flush interval; calls never overlap. */
  look(): Promise<void>;
  /** Reads the rest, unfinished lines included. Call it once the process has ended. */
  end(): Promise<void>;
}

/** What one line of output gave to one collector. `rank`: the collector's place in the specification. */
interface Found {
  rank: number;
  points: ParsedPoint[];
  redrawn: boolean;
}

/** So much is put off until the files were looked at. */
const MAX_WAITING = 5000;

export function createCollection(options: CollectionOptions): Collection {
  const { onProblem } = options;
  const opened = (options.specs ?? DEFAULT_COLLECTORS).map((spec, rank) => ({
    rank,
    collector: openCollector(spec, options),
  }));
  const files = opened.flatMap(({ rank, collector }) =>
    collector.source === "files" ? [{ rank, collector }] : [],
  );
  const parsers = opened.flatMap(({ rank, collector }) =>
    collector.source === "output" ? [{ rank, parse: collector.parse }] : [],
  );
  const series = createSeriesKeeper();
  const splitter = createLineSplitter(createLineReader(parsers, take));
  const intake = createIntake(
    (bytes) => splitter.write(bytes),
    () => performance.now(),
  );
  const waiting: Found[] = [];

  function deliver(points: MetricPoint[]): void {
    if (points.length > 0) options.onPoints(points);
  }

  function take(found: Found): void {
    waiting.push(found);
    if (files.length === 0 || waiting.length >= MAX_WAITING) drain(waiting.splice(0));
  }

  function drain(printed: readonly Found[]): void {
    for (const { rank, points, redrawn } of printed) deliver(series.take(rank, points, redrawn));
  }

  async function readAll(): Promise<void> {
    // Files first: what a script printed before and has written to them too is then known to be theirs.
    const printed = waiting.splice(0);
    for (const { rank, collector } of files) {
      const points = await collector.look().catch((error: unknown) => void onProblem(error));
      deliver(series.take(rank, points ?? [], false));
    }
    drain(printed);
    intake.pass();
  }

  async function lookAll(): Promise<void> {
    await readAll();
    deliver(series.pause());
  }

  // At once: what a file holds by now is told apart from what the attempt adds to it.
  let looking = lookAll();

  return {
    output: (chunk) => intake.add(chunk),
    look() {
      looking = looking.then(lookAll);
      return looking;
    },
    async end() {
      await looking;
      await readAll();
      for (const { rank, collector } of files) deliver(series.take(rank, collector.end(), false));
      splitter.end();
      drain(waiting.splice(0));
      deliver(series.end());
      const skipped = intake.skippedBytes();
      if (skipped > 0)
        onProblem(new Error(`${skipped} bytes of output came too fast to look for metrics in them`));
    },
  };
}

/** Hands each line to every parser. A name that a line gives twice for one step counts once, the first time. */
function createLineReader(
  parsers: readonly { rank: number; parse: LineParser }[],
  take: (found: Found) => void,
): (line: Line) => void {
  /** The step of a line such as "Epoch 3/10", for lines after it that tell none. */
  let header: number | null = null;
  return ({ text, redrawn }) => {
    header = headerStep(text) ?? header;
    for (const { rank, parse } of parsers) {
      const points = new Map<string, ParsedPoint>();
      for (const point of parse(text)) {
        const placed =
          point.step === null && header !== null ? { ...point, step: header, loose: true as const } : point;
        const key = `${placed.step}/${placed.name}`;
        if (!points.has(key)) points.set(key, placed);
      }
      if (points.size > 0) take({ rank, points: [...points.values()], redrawn });
    }
  };
}
