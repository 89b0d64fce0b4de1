import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processExecutor } from "../../agents/executors/process.ts";
import { createExecutorBench, type ExecutorBench } from "../support/executor.ts";

/** The examples of docs/resumable.md, as they stand there. */

const page = readFileSync(new URL("../../docs/resumable.md", import.meta.url), "utf8");
const example = (language: string) => page.split(`\`\`\`${language}\n`)[1]?.split("\n```")[0] ?? "";

let bench: ExecutorBench;
let scripts: string;
beforeEach(() => {
  bench = createExecutorBench(processExecutor);
  scripts = mkdtempSync(join(tmpdir(), "fettle-examples-"));
});
afterEach(async () => {
  await bench.close();
  rmSync(scripts, { recursive: true, force: true });
});

test.each([
  ["js", "train.mjs", process.execPath],
  ["bash", "train.sh", "bash"],
])(
  "the example in %s trains each epoch once, counts on, and repeats its last value",
  async (language, name, program) => {
    const file = join(scripts, name);
    writeFileSync(file, example(language));
    const epochs = async (attempt: number, budget: number) => {
      const identity = { ...IDENTITY, attempt, budget };
      const result = await bench.run([program, file], { identity, params: { lr: 0.1 } });
      expect({ ...result, output: bench.output() }).toMatchObject({
        outcome: "completed",
        exitCode: 0,
        output: "",
      });
      const lines = bench.file(`metrics-${attempt}.jsonl`).trim().split("\n");
      return lines.map((line) => JSON.parse(line) as { epoch: number; loss: number });
    };
    const first = await epochs(1, 3);
    expect(first.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const second = await epochs(2, 5);
    expect(second.map(({ epoch }) => epoch)).toEqual([3, 4, 5]);
    expect(second[0]).toEqual(first[2]);
    expect(second[2]?.loss).toBeCloseTo(0.9 ** 5);
    expect(await epochs(3, 5)).toEqual([second[2]]);
  },
);

const IDENTITY = {
  study: "digits",
  trial: 7,
  trialId: "0190c1de-0000-7000-8000-000000000007",
  seed: 42,
  url: "http://127.0.0.1:1",
  token: "attempt-token",
};
