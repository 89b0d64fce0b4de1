import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bestOf,
  hasReached,
  peerLosses,
  reportsUpTo,
  runningBest,
  runningMean,
} from "../../../algorithms/stopping/running.ts";
import { ordinal, short } from "../../../algorithms/stopping/sentence.ts";
import { curve, running } from "./curves.ts";

test("running averages and minima are those of the first losses", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (losses) => {
      const subject = running(losses);
      for (let reports = 1; reports <= losses.length; reports++) {
        const first = losses.slice(0, reports);
        const mean = first.reduce((sum, loss) => sum + loss, 0) / reports;
        expect(Math.abs(runningMean(subject, reports) - mean)).toBeLessThan(1e-6);
        expect(runningBest(subject, reports)).toBe(Math.min(...first));
      }
      expect(bestOf(subject)).toBe(Math.min(...losses));
    }),
    { numRuns: 40 },
  );
});

test("reports are counted up to and with a step", () => {
  const subject = running([5, 4, 3], { steps: [2, 5, 9] });
  expect([1, 2, 4.5, 5, 8, 9, 99].map((step) => reportsUpTo(subject, step))).toEqual([0, 1, 1, 2, 2, 3, 3]);
  expect(reportsUpTo(running([]), 1)).toBe(0);
});

test("a trial has reached a step by reporting at or past it, or by completing", () => {
  expect(hasReached(running([1, 1]), 2)).toBe(true);
  expect(hasReached(running([1, 1]), 3)).toBe(false);
  expect(hasReached(curve(0, [1, 1]), 3)).toBe(true);
  expect(hasReached(running([]), 0)).toBe(false);
});

test("peers that diverged, have not got far or started later do not count", () => {
  const peers = [
    curve(0, [1, 2]),
    curve(1, [3, 4], { diverged: true }),
    running([5]),
    running([6, 7], { steps: [8, 9] }),
    curve(4, []),
  ];
  expect([...peerLosses(peers, 2, ({ losses }, reports) => losses[reports - 1]!)]).toEqual([2]);
});

test("numbers in sentences are short and ranks are ordinal", () => {
  expect([0.123456, 123456, -0.5, 1e-9, 1234.567].map(short)).toEqual([
    "0.1235",
    "123456",
    "-0.5",
    "1e-9",
    "1235",
  ]);
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 2.5].map(ordinal)).toEqual([
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "102nd",
    "111th",
    "2.5th",
  ]);
});
