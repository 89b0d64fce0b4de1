import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Collector, CollectorContext, ParsedPoint } from "../../agents/collectors/collector.ts";
import type { CollectorKind, SpecOf } from "../../core/collector.ts";
import { scalarRecord } from "../support/event-file.ts";

/** How a script reports `loss` to a collector of one kind. */
interface Example<Kind extends CollectorKind> {
  spec: SpecOf<Kind>;
  /** Where, below the trial's directory; none for what is printed. */
  file?: string;
  header?: string;
  line(step: number, loss: string): string | Buffer;
}

const json = (step: number, loss: string) => `{"step":${step},"loss":"${loss}"}\n`;

const EXAMPLES: { readonly [Kind in CollectorKind]: Example<Kind> } = {
  "metrics-file": { spec: { collector: "metrics-file" }, file: "metrics.jsonl", line: json },
  stdout: {
    spec: { collector: "stdout", format: "auto" },
    line: (step, loss) => `step=${step} loss=${loss}\n`,
  },
  pattern: {
    spec: { collector: "pattern", pattern: String.raw`#(?P<step>\d+) (?P<name>\w+) is (?P<value>\S+)` },
    line: (step, loss) => `#${step} loss is ${loss}\n`,
  },
  tensorboard: {
    spec: { collector: "tensorboard" },
    file: "events.out.tfevents.1",
    line: (step, loss) => scalarRecord(step, "loss", Number(loss)),
  },
  csv: {
    spec: { collector: "csv", path: "*.csv", delimiter: "," },
    file: "progress.csv",
    header: "step,loss\n",
    line: (step, loss) => `${step},${loss}\n`,
  },
  jsonl: { spec: { collector: "jsonl", path: "log.jsonl" }, file: "log.jsonl", line: json },
};

/** What every collector promises. */
export function describeCollector<Kind extends CollectorKind>(collector: Collector<Kind>): void {
  const example = EXAMPLES[collector.kind] as Example<Kind>;
  const VALUES = ["0.5", "NaN", "-Infinity", "0.25", "Infinity"];
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fettle-collector-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const context = (overrides: Partial<CollectorContext> = {}): CollectorContext => ({
    metricsFile: join(directory, "metrics.jsonl"),
    directories: [directory],
    declared: ["loss"],
    startedMs: 0,
    ...overrides,
  });

  /** Hands bytes to a collector in the way of its source; `pieces` one after the other. */
  async function feed(
    pieces: readonly (string | Buffer)[],
    overrides?: Partial<CollectorContext>,
  ): Promise<ParsedPoint[]> {
    const opened = collector.open(example.spec, context(overrides));
    if (opened.source === "output")
      return pieces.flatMap((piece) => opened.parse(piece.toString().trimEnd()));
    const points: ParsedPoint[] = [];
    for (const piece of pieces) {
      appendFileSync(join(directory, example.file!), piece);
      points.push(...(await opened.look()));
    }
    return [...points, ...opened.end()];
  }

  describe(`collector ${collector.kind}`, () => {
    test("gives each value once, in order, with its step, NaN and infinities as they are", async () => {
      const lines = VALUES.map((loss, step) => example.line(step, loss));
      const points = await feed([example.header ?? "", ...lines]);
      expect(points).toEqual(VALUES.map((loss, step) => ({ name: "loss", step, value: Number(loss) })));
    });

    test("gives nothing where there is nothing", async () => {
      const opened = collector.open(example.spec, context({ directories: [join(directory, "none")] }));
      if (opened.source === "files") expect([...(await opened.look()), ...opened.end()]).toEqual([]);
      else expect(opened.parse("")).toEqual([]);
    });

    test("survives any bytes, and gives names and numbers only", async () => {
      const piece = fc.oneof(
        fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
        fc.constantFrom("loss", "=", ":", "{", "}", '"', "nan", "1e5", "\n", "\r", ","),
        fc.constantFrom(...VALUES.map((loss, step) => example.line(step, loss))),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 15 }), async (pieces) => {
          if (example.file !== undefined) rmSync(join(directory, example.file), { force: true });
          for (const { name, step, value } of await feed(pieces)) {
            expect(name).not.toBe("");
            expect(typeof value).toBe("number");
            if (step !== null) expect(typeof step).toBe("number");
          }
        }),
        { numRuns: 50 },
      );
    });

    if (example.file === undefined) return;

    test("reads a file that is replaced by a new one", async () => {
      const path = join(directory, example.file!);
      const opened = collector.open(example.spec, context());
      if (opened.source !== "files") throw new Error("it reads no files");
      const write = (...lines: (string | Buffer)[]) =>
        writeFileSync(path, Buffer.concat([example.header ?? "", ...lines].map((part) => Buffer.from(part))));
      write(example.line(1, "0.75"), example.line(2, "0.5"));
      expect(await opened.look()).toHaveLength(2);
      rmSync(path);
      write(example.line(1, "0.75"), example.line(2, "0.5"), example.line(3, "0.25"));
      expect((await opened.look()).at(-1)).toEqual({ name: "loss", step: 3, value: 0.25 });
    });

    // The metrics file is made anew for each attempt.
    if (collector.kind === "metrics-file") return;

    test("passes over what an earlier attempt wrote, and goes on after it", async () => {
      const path = join(directory, example.file!);
      writeFileSync(
        path,
        Buffer.concat([example.header ?? "", example.line(1, "9")].map((part) => Buffer.from(part))),
      );
      utimesSync(path, 1000, 1000);
      const opened = collector.open(example.spec, context({ startedMs: 2_000_000 }));
      if (opened.source !== "files") throw new Error("it reads no files");
      expect(await opened.look()).toEqual([]);
      appendFileSync(path, example.line(2, "0.5"));
      expect([...(await opened.look()), ...opened.end()]).toEqual([{ name: "loss", step: 2, value: 0.5 }]);
    });
  });
}
