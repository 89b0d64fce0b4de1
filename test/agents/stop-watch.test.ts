import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStopWatch } from "../../agents/stop-watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(lookMs = 5) {
  const looks: number[] = [];
  const clock = () => Date.now();
  const started = clock();
  const watch = createStopWatch(async () => {
    looks.push(clock() - started);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }, clock);
  return { watch, looks };
}

test("the server is asked soon after a report, and once more for a turn that took longer", async () => {
  const { watch, looks } = watched();
  watch.reported();
  await vi.advanceTimersByTimeAsync(5000);
  expect(looks).toEqual([150, 600]);
});

test("many reports in a short time share their looks, and the last one still gets both", async () => {
  const { watch, looks } = watched();
  for (let at = 0; at < 1000; at += 10) {
    watch.reported();
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(5000);
  for (const [index, at] of looks.slice(1).entries()) expect(at - looks[index]!).toBeGreaterThanOrEqual(150);
  expect(looks.length).toBeLessThan(14);
  expect(looks.at(-1)).toBeGreaterThanOrEqual(990 + 600);
});

test("a look that hangs holds up no other work and is not started twice", async () => {
  const { watch, looks } = watched(3000);
  watch.reported();
  await vi.advanceTimersByTimeAsync(2000);
  watch.reported();
  expect(looks).toEqual([150]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(looks.length).toBeGreaterThan(1);
});

test("without reports, and after its end, nobody is asked", async () => {
  const { watch, looks } = watched();
  await vi.advanceTimersByTimeAsync(5000);
  watch.reported();
  watch.end();
  await vi.advanceTimersByTimeAsync(5000);
  expect(looks).toEqual([]);
});
