import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const SCRIPT = resolve("examples/digits/train.mjs");
const FAST = ["--width=16", "--batch=32", "--seed=7"];

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "fettle-digits-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("the digits example", () => {
  test("a good learning rate beats a bad one by far", async () => {
    const [good, bad] = await Promise.all([
      train([...FAST, "--lr=0.05", "--epochs=3"]),
      train([...FAST, "--lr=0.0001", "--momentum=0", "--epochs=3"]),
    ]);
    expect(good.best).toBeGreaterThan(0.85);
    expect(good.best).toBeGreaterThan(bad.best + 0.2);
  });

  test("the same seed prints the same metrics, another seed prints others", async () => {
    const args = ["--width=16", "--epochs=2"];
    const [first, again, other] = await Promise.all([
      train(args, { FETTLE_SEED: "7" }),
      train([...args, "--seed=7"]),
      train(args, { FETTLE_SEED: "8" }),
    ]);
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  test("each epoch is one line of name=value pairs with a rising step", async () => {
    const { lines } = await train([...FAST, "--epochs=3"]);
    expect(lines).toHaveLength(4);
    for (const [index, line] of lines.slice(0, 3).entries()) {
      expect(line).toMatch(new RegExp(`^epoch=${index + 1} loss=\\d+\\.\\d+ val_acc=[01]\\.\\d+$`));
    }
  });

  test.each(["sgd", "adam"])(
    "a trial resumed from its checkpoint under %s ends as if never interrupted",
    async (optimizer) => {
      const args = [...FAST, "--lr=0.01", `--optimizer=${optimizer}`];
      const checkpoint = { FETTLE_CHECKPOINT_DIR: join(scratch, optimizer) };
      const whole = await train([...args, "--epochs=4"]);
      await train(args, { ...checkpoint, FETTLE_BUDGET: "2" });
      const resumed = await train(args, { ...checkpoint, FETTLE_BUDGET: "4", FETTLE_RESUME: "1" });
      // Epoch 2, the last one saved, is reported again.
      expect(resumed.lines).toEqual(whole.lines.slice(1));
    },
  );

  test("resuming without a checkpoint trains from the first epoch", async () => {
    const environment = { FETTLE_CHECKPOINT_DIR: join(scratch, "empty"), FETTLE_RESUME: "1" };
    const { lines } = await train([...FAST, "--epochs=1"], environment);
    expect(lines[0]).toMatch(/^epoch=1 /);
  });

  test("trials that start together on an empty or broken cache read the same digits and leave one file", async () => {
    const cache = await mkdtemp(join(scratch, "cache-"));
    const args = [...FAST, "--epochs=1"];
    const together = await Promise.all([1, 2].map(() => train(args, { FETTLE_DIGITS_CACHE: cache })));
    const files = await readdir(cache);
    expect(files).toHaveLength(1);
    await writeFile(join(cache, files[0]!), "half a file");
    const repaired = await train(args, { FETTLE_DIGITS_CACHE: cache });
    expect(new Set([...together, repaired].map((trial) => trial.stdout)).size).toBe(1);
  });

  test.each([
    ["--lr=fast", "--lr=fast is not a number >= 0."],
    ["--batch=0", "--batch=0 is not a whole number >= 1."],
    ["--activation=softplus", "--activation=softplus is none of relu, tanh, sigmoid."],
    ["--depth=3", "Unknown option '--depth'"],
  ])("%s is refused in one sentence", async (flag, message) => {
    const failure = await train([flag]).catch((error) => error);
    expect(failure.code).toBe(2);
    expect(failure.stderr).toContain(message);
    expect(failure.stderr).not.toContain(" at ");
  });
});

async function train(args: string[], environment: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args], { env });
  const lines = stdout.trimEnd().split("\n");
  return { stdout, lines, best: Number(lines.at(-1)?.replace("best_val_acc=", "")) };
}
