import { describe, expect, test } from "vitest";
import { compare, indexRuns } from "../../../benchmarks/quality/comparison.ts";
import { type Duel, duel } from "../../../benchmarks/quality/duel.ts";
import { summarise } from "../../../benchmarks/quality/summary.ts";
import {
  bestOfAll,
  betterThanEach,
  noWorse,
  noWorseAndBetter,
  referencePoint,
} from "../../../benchmarks/quality/verdicts.ts";
import { problemNamed, runsOf } from "./records.ts";

const what = "a target";
const problems = ["one/a", "one/b", "one/c", "two/a", "two/b"].map((name) => problemNamed(name));

type Score = (method: string, problem: string, seed: number) => number;

/** A little spread between seeds, of the same size for all. */
const spread = (seed: number) => 0.001 * (seed % 5);

function duelOf(score: Score, seeds = 20): Duel {
  const index = indexRuns(runsOf(["ours", "theirs"], problems, seeds, score));
  const at = { horizon: 100, workers: 1, minSeeds: 1 };
  return duel(compare(index, problems, { ...at, methods: ["ours", "theirs"] }))!;
}

const better = duelOf((method, _, seed) => (method === "ours" ? 0.1 : 0.2) + spread(seed));
const worse = duelOf((method, _, seed) => (method === "ours" ? 0.2 : 0.1) + spread(seed));
const equal = duelOf((_, __, seed) => 0.1 + spread(seed));

describe("no worse on any family, and better in mean rank", () => {
  test("is met by the better one, and says by which ranks", () => {
    const { met, measured } = noWorseAndBetter(better, { what });
    expect(met).toBe(true);
    expect(measured).toContain("ours mean rank 1.00 against theirs 2.00, wins/ties/losses 5/0/0");
    expect(measured).toContain("20 seeds, 5 problems");
  });

  test("is missed by better ranks with one family that is worse beyond noise, which is named with its interval", () => {
    const mixed = duelOf(
      (method, problem, seed) =>
        ((method === "ours") === problem.startsWith("one/") ? 0.1 : 0.2) + spread(seed),
    );
    const { met, measured } = noWorseAndBetter(mixed, { what });
    expect(met).toBe(false);
    expect(measured).toContain("wins/ties/losses 3/0/2");
    expect(measured).toMatch(/worse on two by \+0\.1\d* \[/);
  });

  test("is not missed by a family that is worse within noise", () => {
    const noisy = duelOf((method, problem, seed) => {
      const wide = 0.1 + ((seed * 7) % 20) / 20;
      if (problem === "two/a") return method === "ours" ? wide + 0.02 : wide;
      return method === "ours" ? 0.1 : 0.2;
    });
    expect(noisy.families.find(({ family }) => family === "two")?.regretDifference.low).toBeLessThan(0);
    expect(noWorseAndBetter(noisy, { what }).met).toBe(true);
  });

  test("is missed by equals: not worse, but not better", () => {
    expect(noWorseAndBetter(equal, { what }).met).toBe(false);
  });

  test("is missed with too few seeds, whatever the figures say", () => {
    const few = duelOf((method) => (method === "ours" ? 0.1 : 0.2), 19);
    const { met, measured } = noWorseAndBetter(few, { what });
    expect(met).toBe(false);
    expect(measured).toContain("with 19 seeds of 20");
  });

  test("is missed where nothing was measured", () => {
    expect(noWorseAndBetter(null, { what })).toMatchObject({ measured: "not measured", met: false });
  });
});

describe("against several", () => {
  test("better than each is met only when it is better than each", () => {
    expect(betterThanEach([better, better], { what }).met).toBe(true);
    expect(betterThanEach([better, worse], { what }).met).toBe(false);
    expect(betterThanEach([better, null], { what })).toMatchObject({ measured: "not measured", met: false });
  });

  test("no worse is met by equals and missed by the worse", () => {
    expect(noWorse([equal, better], { what }).met).toBe(true);
    expect(noWorse([equal, worse], { what }).met).toBe(false);
  });
});

describe("the best mean rank of all", () => {
  const planned = () => 20;
  const names = { what, missing: [], ended: ["ax (up to 50 trials)"], common: problems.length, planned };
  const rankingOf = (scores: Record<string, number>) => {
    const methods = Object.keys(scores);
    const index = indexRuns(
      runsOf(methods, problems, 20, (method, _, seed) => scores[method]! + spread(seed)),
    );
    return summarise(compare(index, problems, { methods, horizon: 100, workers: 1, minSeeds: 1 }));
  };

  test("is met by the first of the common problems that also beats each head to head", () => {
    const { met, measured } = bestOfAll(rankingOf({ ours: 0.1, theirs: 0.2, others: 0.3 }), [better], names);
    expect(met).toBe(true);
    expect(measured).toContain("mean rank 1.00 of 3 on 5 common problems, best other theirs 2.00");
    expect(measured).toContain("missing: ax (up to 50 trials)");
  });

  test("is missed while a peer that was to be measured is not", () => {
    const lacking = { ...names, missing: ["smac (3 of 11 problems)"] };
    const { met, measured } = bestOfAll(rankingOf({ ours: 0.1, theirs: 0.2 }), [better], lacking);
    expect(met).toBe(false);
    expect(measured).toContain("missing: smac (3 of 11 problems), ax (up to 50 trials)");
  });

  test("is missed by the second", () => {
    expect(bestOfAll(rankingOf({ ours: 0.2, theirs: 0.1 }), [better], names).met).toBe(false);
  });

  test("is missed by the first of the common problems that loses to one on all that both can do", () => {
    const { met, measured } = bestOfAll(rankingOf({ ours: 0.1, theirs: 0.2 }), [better, worse], names);
    expect(met).toBe(false);
    expect(measured).toContain("not better than theirs 0/0/5");
  });

  test("needs of a peer the seeds that it is planned with, says how many, and still 20 of each other", () => {
    const slow = { ...duelOf((method) => (method === "ours" ? 0.1 : 0.2), 3), second: "slow" };
    const ranking = rankingOf({ ours: 0.1, theirs: 0.2 });
    const verdictWith = (seeds: number, duels = [better, slow]) =>
      bestOfAll(ranking, duels, { ...names, planned: (method) => (method === "slow" ? seeds : 20) });
    expect(verdictWith(3)).toMatchObject({
      met: true,
      measured: expect.stringContaining("slow with 3 seeds of 3; 20 seeds"),
    });
    expect(verdictWith(4).met).toBe(false);
    expect(verdictWith(3, [slow]).met).toBe(false);
    expect(verdictWith(20).met).toBe(false);
  });

  test("is missed without rivals", () => {
    expect(bestOfAll(rankingOf({ ours: 0.1 }), [], names).met).toBe(false);
  });
});

describe("a reference point", () => {
  const own = { method: "auto", median: 0.02, seeds: 20 };

  test("is met at the value itself, and says what others reach", () => {
    const others = [{ method: "gp", median: 0.01, seeds: 20 }];
    expect(referencePoint([own, ...others], { what, most: 0.02 })).toMatchObject({
      measured: "0.0200 (gp 0.0100); 20 seeds",
      met: true,
    });
  });

  test("is missed above, and says by how much", () => {
    const { met, measured } = referencePoint([own], { what, most: 0.01 });
    expect(met).toBe(false);
    expect(measured).toContain("2.0 times as much");
  });

  test("is missed with too few seeds and without any", () => {
    expect(referencePoint([{ ...own, seeds: 3 }], { what, most: 1 }).met).toBe(false);
    expect(referencePoint([{ ...own, seeds: 0 }], { what, most: 1 }).measured).toBe("not measured");
  });
});
