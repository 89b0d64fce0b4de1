import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Collection, createCollection, stdoutFormats } from "../../agents/collectors/index.ts";
import { createLineSplitter, MAX_LINE } from "../../agents/collectors/line-splitter.ts";
import type { CollectorSpec } from "../../core/collector.ts";
import type { MetricPoint } from "../../core/event.ts";

let directory: string;
let points: MetricPoint[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fettle-collectors-"));
  points = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function collect(specs?: CollectorSpec[]): Collection {
  return createCollection({
    specs,
    metricsFile: join(directory, "metrics.jsonl"),
    trialDir: directory,
    onPoints: (found) => points.push(...found),
    onProblem: (error) => {
      throw error;
    },
  });
}

async function printed(text: string, specs?: CollectorSpec[]): Promise<MetricPoint[]> {
  const collection = collect(specs);
  collection.output(Buffer.from(text));
  await collection.end();
  return points;
}

describe("printed metrics, found without any setting", () => {
  test.each([
    [
      "name=value with an epoch",
      "epoch=3 loss=0.41 val_acc=0.913\n",
      [
        ["loss", 3, 0.41],
        ["val_acc", 3, 0.913],
      ],
    ],
    [
      "Katib's log lines with a time in front",
      "2026-01-01T00:00:00Z INFO accuracy=0.93\n",
      [["accuracy", 1, 0.93]],
    ],
    ["spaces around the equals sign", "loss = 1e-3\n", [["loss", 1, 0.001]]],
    ["key: value with a step note", "val_acc: 0.5 (step 12)\n", [["val_acc", 12, 0.5]]],
    ["a JSON line", '{"step": 4, "loss": 0.5}\n', [["loss", 4, 0.5]]],
    [
      "a JSON line behind a marker",
      '[tune-metric]: {"epoch": 2, "mean_loss": 1.5}\n',
      [["mean_loss", 2, 1.5]],
    ],
    [
      "Python's NaN in JSON",
      '{"loss": NaN, "acc": -Infinity}\n',
      [
        ["loss", 1, "NaN"],
        ["acc", 1, "-Infinity"],
      ],
    ],
    [
      "a Hugging Face dict",
      "{'loss': 0.51, 'learning_rate': 5e-05, 'epoch': 1.0}\n",
      [
        ["loss", 1, 0.51],
        ["learning_rate", 1, 5e-5],
      ],
    ],
    ["a Hugging Face dict of nan", "{'eval_loss': nan, 'epoch': 2.0}\n", [["eval_loss", 2, "NaN"]]],
    [
      "a Keras line",
      "Epoch 2/10\n12/12 - 1s - loss: 0.4 - val_loss: 0.5\n",
      [
        ["loss", 1, 0.4],
        ["val_loss", 1, 0.5],
      ],
    ],
    [
      "a tqdm bar",
      "Epoch 3: 100%|###| 10/10 [00:01<00:00, loss=0.5, acc=0.9]\n",
      [
        ["loss", 3, 0.5],
        ["acc", 3, 0.9],
      ],
    ],
    [
      "infinities in words",
      "loss=inf acc=-Infinity f1=nan\n",
      [
        ["loss", 1, "Infinity"],
        ["acc", 1, "-Infinity"],
        ["f1", 1, "NaN"],
      ],
    ],
    ["a last line without a newline", "loss=0.5", [["loss", 1, 0.5]]],
    ["colours around the value", "\u001b[32mloss=0.5\u001b[0m\n", [["loss", 1, 0.5]]],
  ])("%s", async (_what, text, expected) => {
    expect((await printed(text)).map(({ name, step, value }) => [name, step, value])).toEqual(expected);
  });

  test("a name within a longer one is another metric", async () => {
    expect(await printed("best_val_acc=0.9\n")).toEqual([{ name: "best_val_acc", step: 1, value: 0.9 }]);
  });

  test.each(["version=1.2.3\n", "time=12s\n", "lr=0.1x\n", "acc=93%\n", "loss=\n", "plain words\n"])(
    "nothing is read into %j",
    async (text) => {
      expect(await printed(text)).toEqual([]);
    },
  );

  test("steps count on in the order of arrival where none is told", async () => {
    expect((await printed("loss=3\nloss=2\nloss=1\n")).map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  test("a redrawn progress bar reports a value once, not at every drawing", async () => {
    const bar = "loss=0.5 val_loss=0.9\rloss=0.4 val_loss=0.9\rloss=0.3 val_loss=0.9\r";
    const found = await printed(bar);
    expect(found.filter(({ name }) => name === "val_loss")).toHaveLength(1);
    expect(found.filter(({ name }) => name === "loss")).toHaveLength(3);
  });
});

describe("an own pattern", () => {
  const spec = (pattern: string, name?: string): CollectorSpec[] => [
    { collector: "pattern", pattern, ...(name === undefined ? {} : { name }) },
  ];

  test("gives value, step and name by its groups", async () => {
    const found = await printed(
      "[12] dev/F1 -> 0.75\n",
      spec(String.raw`\[(?P<step>\d+)\] (?P<name>\S+) -> (?P<value>\S+)`),
    );
    expect(found).toEqual([{ name: "dev/F1", step: 12, value: 0.75 }]);
  });

  test("takes the metric's name from the setting", async () => {
    expect(await printed("score 7 pts\n", spec(String.raw`score (?P<value>\d+)`, "score"))).toEqual([
      { name: "score", step: 1, value: 7 },
    ]);
  });

  test("that makes a backtracking engine explode takes linear time", async () => {
    const started = performance.now();
    await printed(`${"x".repeat(60_000)}\n`, spec("(x+x+)+(?P<value>y)", "m"));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("files", () => {
  test("the metrics file is followed as it grows; a half-written line waits for its end", async () => {
    const collection = collect();
    const file = join(directory, "metrics.jsonl");
    await collection.look();
    writeFileSync(file, '{"step":1,"loss":0.5}\n{"step":2,"lo');
    await collection.look();
    expect(points).toEqual([{ name: "loss", step: 1, value: 0.5 }]);
    appendFileSync(file, 'ss":0.25}\n{"step":3,"loss":"NaN"}');
    await collection.end();
    expect(points.slice(1)).toEqual([
      { name: "loss", step: 2, value: 0.25 },
      { name: "loss", step: 3, value: "NaN" },
    ]);
  });

  test("a CSV file gives a metric a column, empty cells left out, and may be rewritten", async () => {
    const collection = collect([{ collector: "csv", path: "metrics.csv", delimiter: "," }]);
    const file = join(directory, "metrics.csv");
    writeFileSync(file, 'epoch,"val,acc",note\n1,0.5,a\n2,,b\n');
    await collection.look();
    writeFileSync(file, "epoch,loss\n1,9\n");
    await collection.end();
    expect(points).toEqual([
      { name: "val,acc", step: 1, value: 0.5 },
      { name: "loss", step: 1, value: 9 },
    ]);
  });

  test("TensorBoard scalars are found below the directory, in records still being written", async () => {
    const collection = collect([{ collector: "tensorboard", directory: "runs" }]);
    const folder = join(directory, "runs", "version_0");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "events.out.tfevents.1.host");
    const second = scalarRecord(2, "val/acc", 0.75);
    writeFileSync(file, Buffer.concat([scalarRecord(1, "val/acc", 0.5), second.subarray(0, 10)]));
    await collection.look();
    expect(points).toEqual([{ name: "val/acc", step: 1, value: 0.5 }]);
    appendFileSync(file, second.subarray(10));
    await collection.end();
    expect(points.at(-1)).toEqual({ name: "val/acc", step: 2, value: 0.75 });
  });

  test("a damaged event file gives nothing and harms nobody", async () => {
    writeFileSync(join(directory, "x.tfevents.1"), Buffer.alloc(5_000, 255));
    const collection = collect([{ collector: "tensorboard" }]);
    await collection.end();
    expect(points).toEqual([]);
  });
});

/** One TFRecord with a summary of one scalar, as TensorBoard writes it (checksums are not read). */
function scalarRecord(step: number, tag: string, value: number): Buffer {
  const simple = Buffer.alloc(5);
  simple[0] = (2 << 3) | 5;
  simple.writeFloatLE(value, 1);
  const item = Buffer.concat([field(1, Buffer.from(tag)), simple]);
  const event = Buffer.concat([Buffer.from([2 << 3, step]), field(5, field(1, item))]);
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(event.length));
  return Buffer.concat([head, event, Buffer.alloc(4)]);
}

function field(number: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, data.length]), data]);
}

describe("hostile output", () => {
  test("any bytes in any chunks never throw, and lines stay bounded", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const splitter = createLineSplitter(({ text }) => {
          expect(text.length).toBeLessThanOrEqual(MAX_LINE);
          for (const parse of Object.values(stdoutFormats)) parse(text);
        });
        for (const chunk of chunks) splitter.write(chunk);
        splitter.end();
      }),
    );
  });

  test("any text in any format never throws", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom("=", ":", "{", "}", "'", '"', "nan", "1e5", "epoch", " "),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const parse of Object.values(stdoutFormats))
          for (const { name } of parse(pieces.join(""))) expect(name).not.toBe("");
      }),
    );
  });

  test("a line of 100 MB without a newline costs bounded memory, and the next line is read", async () => {
    const collection = collect();
    const chunk = Buffer.alloc(1 << 20, "a");
    for (let sent = 0; sent < 100; sent++) collection.output(chunk);
    collection.output(Buffer.from("\nloss=0.5\n"));
    await collection.end();
    expect(points).toEqual([{ name: "loss", step: 1, value: 0.5 }]);
  });

  test.each(["=", ":", " ", "a", "a=", "a ", "'a'", "{", "1", "[tune", "\u001b["])(
    "a long line of %j is read in linear time",
    (piece) => {
      const line = piece.repeat(MAX_LINE / piece.length);
      const started = performance.now();
      for (const parse of Object.values(stdoutFormats)) parse(line);
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );
});
