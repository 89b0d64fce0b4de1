import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Collection, createCollection } from "../../agents/collectors/collection.ts";
import { createIntake } from "../../agents/collectors/intake.ts";
import { createLineSplitter, MAX_LINE } from "../../agents/collectors/line-splitter.ts";
import { stdoutFormats } from "../../agents/collectors/stdout-formats.ts";
import type { CollectorSpec } from "../../core/collector.ts";
import type { MetricPoint } from "../../core/event.ts";
import { scalarRecord, tensorRecord } from "../support/event-file.ts";

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
    directories: [directory],
    declared: [],
    startedMs: 0,
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
        ["loss", 2, 0.4],
        ["val_loss", 2, 0.5],
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
    ["a Hugging Face dict of strings", "{'loss': '0.51', 'epoch': '1.5'}\n", [["loss", 1.5, 0.51]]],
    [
      "NumPy's and PyTorch's numbers",
      "{'loss': np.float64(0.51), 'acc': tensor(0.9, device='cuda:0'), 'f1': np.float32(nan), 'step': 7}\n",
      [
        ["loss", 7, 0.51],
        ["acc", 7, 0.9],
        ["f1", 7, "NaN"],
      ],
    ],
    [
      "NumPy's and PyTorch's numbers outside a dict",
      "loss=np.float64(0.51) f1: tensor(0.9, device='cuda:0', grad_fn=<MeanBackward0>) acc = Array(0.25, dtype=float32)\n",
      [
        ["loss", 1, 0.51],
        ["f1", 1, 0.9],
        ["acc", 1, 0.25],
      ],
    ],
    [
      "XGBoost's rounds",
      "[10]\ttrain-rmse:0.5\tvalid-rmse:0.6\n",
      [
        ["train-rmse", 10, 0.5],
        ["valid-rmse", 10, 0.6],
      ],
    ],
    [
      "Google's hypertune",
      '{"timestamp": 1700000000.5, "trial": "0", "accuracy": "0.9", "global_step": "3"}\n',
      [["accuracy", 3, 0.9]],
    ],
    ["a percentage, as it is written", "test acc: 93.5%\n", [["acc", 1, 93.5]]],
    ["thousands", "loss=1,234.5, \n", [["loss", 1, 1234.5]]],
    ["the end of a sentence", "Final loss: 0.5.\n", [["loss", 1, 0.5]]],
    ["a step on a line of its own before it", "step: 3\nloss: 0.5\n", [["loss", 3, 0.5]]],
    ["a last line without a newline", "loss=0.5", [["loss", 1, 0.5]]],
    ["colours around the value", "\u001b[32mloss=0.5\u001b[0m\n", [["loss", 1, 0.5]]],
  ])("%s", async (_what, text, expected) => {
    expect((await printed(text)).map(({ name, step, value }) => [name, step, value])).toEqual(expected);
  });

  test("a name within a longer one is another metric", async () => {
    expect(await printed("best_val_acc=0.9\n")).toEqual([{ name: "best_val_acc", step: 1, value: 0.9 }]);
  });

  test.each([
    "version=1.2.3\n",
    "time=12s\n",
    "lr=0.1x\n",
    "best=max(0.5)\n",
    "loss=tensor([0.5])\n",
    "at=00:12:31\n",
    "loss=\n",
    "plain words\n",
  ])("nothing is read into %j", async (text) => {
    expect(await printed(text)).toEqual([]);
  });

  test.each([
    "loss=0,31\n",
    "loss=0,312\n",
    "loss: -0,312\n",
    "loss=12,3456\n",
    "loss=1,5e-3\n",
    "{'loss': 0,31}\n",
    "{'loss': '0,312'}\n",
    '{"loss": "0,312"}\n',
  ])("a decimal comma is not taken for another number in %j", async (text) => {
    expect(await printed(text)).toEqual([]);
  });

  test.each(["loss=0.31,acc=0.9\n", "{'loss': 0.31,'acc': 0.9}\n"])(
    "a comma between values ends the first of them in %j",
    async (text) => {
      expect((await printed(text)).map(({ value }) => value)).toEqual([0.31, 0.9]);
    },
  );

  test("steps count on in the order of arrival where none is told", async () => {
    expect((await printed("loss=3\nloss=2\nloss=1\n")).map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  test("a line that is printed again gives no second point", async () => {
    expect(await printed("epoch=1 acc=0.5\nepoch=1 acc=0.5\nepoch=2 acc=0.5\n")).toHaveLength(2);
  });

  test("an epoch that comes back with other values does not swallow them: points are counted from there", async () => {
    const lines = "epoch=1 loss=3\nepoch=2 loss=2\nepoch=2 loss=1\nepoch=3 loss=0\n";
    expect((await printed(lines)).map(({ step, value }) => [step, value])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
      [4, 0],
    ]);
  });

  test("names without end are cut off at a thousand", async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => `m${index}=1\n`).join("");
    expect(await printed(lines)).toHaveLength(1000);
  });
});

describe("a progress bar", () => {
  const values = (found: readonly MetricPoint[], metric: string) =>
    found.filter(({ name }) => name === metric).map(({ step, value }) => [step, value]);

  test("gives each epoch what it came to, not what it showed on the way", async () => {
    const bar = (epoch: number, loss: number) => `\rEpoch ${epoch}:  50%|##  | 5/10 [00:01, loss=${loss}]`;
    const found = await printed(`${bar(0, 0.9)}${bar(0, 0.5)}${bar(1, 0.4)}${bar(1, 0.3)}\n`);
    expect(values(found, "loss")).toEqual([
      [0, 0.5],
      [1, 0.3],
    ]);
  });

  test("that goes on showing the last epoch's value does not report it again", async () => {
    const found = await printed(
      "\rEpoch 0: 99% [loss=0.9, val_loss=0.7]\rEpoch 1: 1% [loss=0.8, val_loss=0.7]\rEpoch 1: 99% [loss=0.7, val_loss=0.6]\n",
    );
    expect(values(found, "val_loss")).toEqual([
      [0, 0.7],
      [1, 0.6],
    ]);
  });

  test("without an epoch reports what it shows whenever it is looked at", async () => {
    const collection = collect([{ collector: "stdout", format: "auto" }]);
    collection.output(Buffer.from("\rloss=0.9\rloss=0.8\rloss=0.75"));
    await collection.look();
    collection.output(Buffer.from("\rloss=0.7\rloss=0.6\r"));
    await collection.end();
    expect(values(points, "loss")).toEqual([
      [1, 0.8],
      [2, 0.6],
    ]);
  });

  test("is not what Windows line ends are", async () => {
    const collection = collect([{ collector: "stdout", format: "auto" }]);
    collection.output(Buffer.from("loss=0.9\r"));
    collection.output(Buffer.from("\nloss=0.8\r\n"));
    await collection.end();
    expect(values(points, "loss")).toEqual([
      [1, 0.9],
      [2, 0.8],
    ]);
  });
});

describe("a metric that several collectors find", () => {
  test("is taken from the one that stands first, once", async () => {
    const collection = collect();
    collection.output(Buffer.from("loss=0.50 printed=1\n"));
    writeFileSync(join(directory, "metrics.jsonl"), '{"loss":0.501}\n');
    await collection.look();
    collection.output(Buffer.from("loss=0.40 printed=2\n"));
    appendFileSync(join(directory, "metrics.jsonl"), '{"loss":0.401}\n');
    await collection.end();
    expect(points).toEqual([
      { name: "loss", step: 1, value: 0.501 },
      { name: "printed", step: 1, value: 1 },
      { name: "loss", step: 2, value: 0.401 },
      { name: "printed", step: 2, value: 2 },
    ]);
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

  test("a tag in several directories is the first one's, and the others' with the directory before it", async () => {
    const collection = collect([{ collector: "tensorboard", directory: "logs" }]);
    for (const [folder, value] of [
      ["train", 0.9],
      ["validation", 0.7],
    ] as const) {
      mkdirSync(join(directory, "logs", folder), { recursive: true });
      writeFileSync(
        join(directory, "logs", folder, "events.out.tfevents.1"),
        tensorRecord(1, "epoch_acc", value),
      );
    }
    await collection.end();
    expect(points).toEqual([
      { name: "epoch_acc", step: 1, value: 0.9 },
      { name: "validation/epoch_acc", step: 1, value: 0.7 },
    ]);
  });

  test("a CSV file that is written anew with a further column gives only what is new in it", async () => {
    const collection = collect([{ collector: "csv", path: "logs/version_*/metrics.csv", delimiter: "," }]);
    mkdirSync(join(directory, "logs", "version_0"), { recursive: true });
    const file = join(directory, "logs", "version_0", "metrics.csv");
    writeFileSync(file, "step,loss\n1,0.9\n2,0.8\n");
    await collection.look();
    writeFileSync(file, "step,loss,val_acc\n1,0.9,\n2,0.8,\n2,,0.5\n3,0.7,\n");
    await collection.end();
    expect(points).toEqual([
      { name: "loss", step: 1, value: 0.9 },
      { name: "loss", step: 2, value: 0.8 },
      { name: "val_acc", step: 2, value: 0.5 },
      { name: "loss", step: 3, value: 0.7 },
    ]);
  });

  test("a pipe in the place of a file is passed over", async () => {
    execFileSync("/usr/bin/env", ["mkfifo", join(directory, "metrics.csv")]);
    const collection = collect([{ collector: "csv", path: "metrics.csv", delimiter: "," }]);
    await collection.end();
    expect(points).toEqual([]);
  });

  test("a damaged event file gives nothing and harms nobody", async () => {
    writeFileSync(join(directory, "x.tfevents.1"), Buffer.alloc(5_000, 255));
    const collection = collect([{ collector: "tensorboard" }]);
    await collection.end();
    expect(points).toEqual([]);
  });
});

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
    for (let sent = 0; sent < 100; sent++) {
      collection.output(chunk);
      if (sent % 10 === 0) await collection.look();
    }
    collection.output(Buffer.from("\nloss=0.5\n"));
    await collection.end();
    expect(points).toEqual([{ name: "loss", step: 1, value: 0.5 }]);
  });

  test("1 GB of short lines costs the agent a fifth of its time, and the last line is read", async () => {
    const problems: unknown[] = [];
    const collection = createCollection({
      specs: [{ collector: "stdout", format: "auto" }],
      metricsFile: "",
      directories: [],
      declared: [],
      startedMs: 0,
      onPoints: (found) => points.push(...found),
      onProblem: (error) => problems.push(error),
    });
    const chunk = Buffer.from("y\n".repeat(32_768));
    const began = performance.now();
    for (let bytes = 0; bytes < 1e9; bytes += chunk.length) collection.output(chunk);
    collection.output(Buffer.from("loss=0.5\n"));
    await collection.end();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(points).toEqual([{ name: "loss", step: 1, value: 0.5 }]);
    expect(String(problems)).toContain("came too fast");
  });

  test("a line that began in output which came too fast is not taken for a whole one", async () => {
    const read: string[] = [];
    let now = 0;
    const intake = createIntake(
      (bytes) => read.push(Buffer.from(bytes).toString()),
      () => (now += 1000),
    );
    intake.add(Buffer.from("first "));
    intake.add(Buffer.alloc(200_000, "val_"));
    intake.add(Buffer.from("loss=9\nloss=0.5\n"));
    intake.add(Buffer.alloc(131_071, "."));
    intake.pass();
    expect(read.join("").replace(/[._a-z]{99,}/g, "…")).toBe("first \n\nloss=0.5\n…");
    expect(intake.skippedBytes()).toBe(200_000);
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
