import { describe, expect, test } from "vitest";
import { closest, didYouMean } from "../../core/suggest-name.ts";

describe("the name that was meant", () => {
  test.each([
    ["algoritm", "algorithm"],
    ["paralelism", "parallelism"],
    ["max_trials", "maxTrials"],
    ["MAXTRIALS", "maxTrials"],
    ["lra", "lr"],
    ["rl", "lr"],
  ])("%s is %s", (word, expected) => {
    expect(closest(word, ["algorithm", "parallelism", "maxTrials", "lr"])).toBe(expected);
  });

  test.each([["zzz"], ["x"], [""], ["completely different"]])("%j is nothing close", (word) => {
    expect(closest(word, ["algorithm", "parallelism", "b"])).toBeUndefined();
  });

  test("the nearest wins, among equals the first", () => {
    expect(closest("lr1", ["lr3", "lr2", "momentum"])).toBe("lr3");
    expect(closest("batch_sise", ["batch_side", "batch_size", "batch_sise2"])).toBe("batch_side");
    expect(closest("batchSize", ["batch_sizes", "batch-size"])).toBe("batch-size");
  });

  test("the hint is a question, or nothing", () => {
    expect(didYouMean("gird", ["grid", "random"])).toBe('Did you mean "grid"?');
    expect(didYouMean("tpe", ["grid", "random"])).toBeUndefined();
  });
});
