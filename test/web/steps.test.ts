import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetricSeries } from "../../core/resources.ts";
import {
  type Extent,
  movedSteps,
  parseSteps,
  scaledSteps,
  stepsBetween,
  stepsText,
} from "../../web/charts/steps.ts";
import { withFiner, within } from "../../web/pages/trial/finer.ts";

const extent = fc
  .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 2, max: 1e6 }), fc.boolean())
  .map(([low, width, whole]): Extent => ({ low, high: low + width, whole }));
const place = fc.double({ min: -2e6, max: 2e6, noNaN: true });

test("a stretch lies within the steps, has a width, and survives the address", () => {
  fc.assert(
    fc.property(extent, place, place, (all, from, to) => {
      const steps = stepsBetween(from, to, all);
      expect(parseSteps(stepsText(steps))).toEqual(steps);
      if (steps === null) return;
      const room = all.whole ? 1 : 1e-6 * (all.high - all.low);
      expect(steps.low).toBeGreaterThanOrEqual(all.low - room);
      expect(steps.high).toBeLessThanOrEqual(all.high + room);
      expect(steps.low).toBeLessThan(steps.high);
    }),
  );
});

test("zooming in again and again ends at two neighbouring steps, and out again at the whole", () => {
  const all: Extent = { low: 0, high: 100_000, whole: true };
  let steps = scaledSteps(null, all, 0.5);
  for (let zoom = 0; zoom < 40; zoom++) steps = scaledSteps(steps, all, 0.5) ?? steps;
  expect(steps!.high - steps!.low).toBeLessThanOrEqual(2);
  for (let zoom = 0; zoom < 40; zoom++) steps = scaledSteps(steps, all, 2);
  expect(steps).toBe(null);
});

test("moving keeps the width and stops at the ends", () => {
  const all: Extent = { low: 0, high: 100, whole: true };
  expect(movedSteps({ low: 40, high: 60 }, all, 0.25)).toEqual({ low: 45, high: 65 });
  expect(movedSteps({ low: 70, high: 95 }, all, 0.25)).toEqual({ low: 75, high: 100 });
  expect(movedSteps(null, all, 0.25)).toBe(null);
});

test.each([null, "", "5", "~", "1~", "~9", "9~1", "3~3", "a~b", "1~2~3", "0~Infinity", "NaN~1"])(
  "an address that says %j is of the whole curve",
  (text) => expect(parseSteps(text)).toBe(null),
);

const series = (steps: readonly number[], total: number): MetricSeries => ({
  name: "loss",
  attempt: 1,
  total,
  points: steps.map((step) => ({ step, value: step, time: "2026-01-01T00:00:00.000Z" })),
});
const stepsOf = (one: MetricSeries | undefined) => one?.points.map(({ step }) => step);

test("finer points stand in for the coarse ones of their stretch alone", () => {
  const finer = { steps: { low: 10, high: 20 }, series: [series([10, 12, 14, 20], 100)] };
  const [merged] = withFiner([series([0, 9, 11, 19, 25, 99], 100)], finer);
  expect(stepsOf(merged)).toEqual([0, 9, 10, 12, 14, 20, 25, 99]);
  expect(stepsOf(within(merged!, finer.steps))).toEqual([10, 12, 14, 20]);
});

test("a series of which every point is there needs none", () => {
  const whole = series([0, 15, 30], 3);
  expect(withFiner([whole], { steps: { low: 10, high: 20 }, series: [] })).toEqual([whole]);
});
