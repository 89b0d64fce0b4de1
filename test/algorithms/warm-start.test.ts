import { describe, expect, test } from "vitest";
import { findAlgorithm } from "../../algorithms/index.ts";
import { withWarmStart } from "../../algorithms/warm-start.ts";
import type { Point, Search } from "../../core/algorithm.ts";
import { createProblem } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import type { WarmStartSource } from "../../core/warm-start.ts";
import { spaceOf } from "../support/spaces.ts";

const space = spaceOf(
  ["a", "b", "c", "d"].map((name) => ({ name, type: "float", low: 0, high: 1 }) as const),
);
const bowl = (point: Point) => point.reduce<number>((sum, x) => sum + (x! - 0.7) ** 2, 0);

function problemOf(seed: number) {
  const limits = { objectives: 1, constraints: 0, maxTrials: 40, parallelism: 1, fidelity: null };
  return createProblem(space, { ...limits, seed });
}

/** Sixty random points ranked by a function of their own. */
function sourceOf(study: string, loss: (point: Point) => number): WarmStartSource {
  const rng = trialRng(99, 0, study);
  const points = Array.from({ length: 60 }, () => [rng(), rng(), rng(), rng()]).sort(
    (x, y) => loss(x) - loss(y),
  );
  return {
    study,
    studyId: study,
    trials: 60,
    shared: ["a", "b", "c", "d"],
    points: points.map((point, trial) => ({ trial, point, rank: trial / 59 })),
  };
}

const alike = sourceOf("alike", (point) => bowl(point.map((x) => x! - 0.02)));
const opposite = sourceOf("opposite", (point) => -bowl(point));

function play(seed: number, sources: readonly WarmStartSource[], trials: number) {
  const problem = problemOf(seed);
  const random = findAlgorithm("random");
  const base = random.create(problem, random.config.parse({}));
  const search: Search = withWarmStart(base, problem, sources, 10);
  return Array.from({ length: trials }, (_, trial) => {
    const suggestion = search.suggest(trialRng(seed, trial, "suggest"));
    if (suggestion.type !== "start") throw new Error(suggestion.why.text);
    const { point, why } = suggestion;
    search.observe({ type: "scheduled", trial, point, budget: null });
    search.observe({ type: "finished", trial, losses: [bowl(point)], violations: [], cause: "completed" });
    return { loss: bowl(point), rule: why.rule, text: why.text, study: why.inputs.study };
  });
}

const transferred = (run: ReturnType<typeof play>, study: string) =>
  run.filter((trial) => trial.study === study).length;

describe("a warm start", () => {
  test("tries the best points of an earlier study first, up to the number allowed, and says whose they were", () => {
    const run = play(1, [alike], 40);
    expect(run.slice(0, 3).map(({ rule }) => rule)).toEqual(Array(3).fill("warm-start"));
    expect(run[0]!.text).toMatch(/Trial 0 of study "alike"/);
    expect(transferred(run, "alike")).toBe(10);
    expect(run.slice(0, 3).every(({ loss }) => loss < 0.25)).toBe(true);
  });

  test("drops a source that ranks trials otherwise after the three on trust", () => {
    for (const seed of [1, 2, 3, 4, 5]) expect(transferred(play(seed, [opposite], 40), "opposite")).toBe(3);
  });

  test("prefers the source that is alike once results can tell", () => {
    const run = play(3, [opposite, alike], 40);
    expect(transferred(run, "alike")).toBeGreaterThan(transferred(run, "opposite"));
    expect(transferred(run, "opposite")).toBeLessThanOrEqual(3);
  });

  test("gives the same suggestions when the log is replayed", () => {
    expect(play(7, [alike, opposite], 20)).toEqual(play(7, [alike, opposite], 20));
  });
});
