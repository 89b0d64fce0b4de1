import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { onStopSignals } from "../../cli/stop-signal.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => vi.useRealTimers());

test("each signal takes the next step, whichever of the two it is", () => {
  const taken: string[] = [];
  const release = onStopSignals([() => taken.push("drain"), () => taken.push("stop")]);
  process.emit("SIGINT");
  expect(taken).toEqual(["drain"]);
  vi.advanceTimersByTime(1000);
  process.emit("SIGTERM");
  expect(taken).toEqual(["drain", "stop"]);
  release();
});

test("a signal that comes twice, from the terminal and passed on by npm, takes one step", () => {
  const taken: string[] = [];
  const release = onStopSignals([() => taken.push("drain"), () => taken.push("stop")]);
  process.emit("SIGINT");
  vi.advanceTimersByTime(40);
  process.emit("SIGINT");
  expect(taken).toEqual(["drain"]);
  release();
});

test("released handlers are gone", () => {
  const before = process.listenerCount("SIGTERM");
  const release = onStopSignals([]);
  expect(process.listenerCount("SIGTERM")).toBe(before + 1);
  release();
  expect(process.listenerCount("SIGTERM")).toBe(before);
});
