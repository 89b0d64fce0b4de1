import fc from "fast-check";
import { expect, test } from "vitest";
import { timeTicks } from "../../web/charts/time-ticks.ts";

const HOUR = 3_600_000;
const start = fc.integer({
  min: Date.parse("2020-01-01T00:00:00Z"),
  max: Date.parse("2040-01-01T00:00:00Z"),
});

test("ticks lie within the range, evenly, and are about as many as were asked for", () => {
  fc.assert(
    fc.property(
      start,
      fc.integer({ min: 1000, max: 365 * 24 * HOUR }),
      fc.integer({ min: 1, max: 12 }),
      (from, width, count) => {
        const times = timeTicks(from, from + width, count).map(({ time }) => time);
        expect(times.length).toBeLessThanOrEqual(count + 1);
        for (const time of times) {
          expect(time).toBeGreaterThanOrEqual(from);
          expect(time).toBeLessThanOrEqual(from + width);
        }
        expect(new Set(times.slice(1).map((time, index) => time - times[index]!)).size).toBeLessThanOrEqual(
          1,
        );
      },
    ),
  );
});

test("ticks are round by the clock on the wall", () => {
  const noon = new Date(2026, 2, 3, 12, 7, 13).getTime();
  const clocks = timeTicks(noon, noon + 4 * HOUR, 4).map(({ time }) => new Date(time));
  expect(clocks.map((date) => [date.getHours(), date.getMinutes()])).toEqual([
    [13, 0],
    [14, 0],
    [15, 0],
    [16, 0],
  ]);
  const days = timeTicks(noon, noon + 4 * 24 * HOUR, 4).map(({ time }) => new Date(time));
  for (const date of days) expect([date.getHours(), date.getMinutes()]).toEqual([0, 0]);
});

test("labels of neighbours differ", () => {
  const from = new Date(2026, 4, 5, 6, 7, 8).getTime();
  for (const width of [3000, 60_000, HOUR, 6 * HOUR, 40 * 24 * HOUR]) {
    const labels = timeTicks(from, from + width, 6).map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels.length).toBeGreaterThan(1);
  }
});

test("a range of no length or none at all has no endless row of ticks", () => {
  const from = Date.parse("2026-01-01T00:00:00.500Z");
  expect(timeTicks(from, from, 5)).toEqual([]);
  expect(timeTicks(from, from - 1, 5)).toEqual([]);
  expect(timeTicks(Number.NaN, Number.NaN, 5)).toEqual([]);
});
