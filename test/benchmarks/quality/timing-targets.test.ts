import { describe, expect, test } from "vitest";
import { milliseconds, timingTargets } from "../../../benchmarks/quality/timing-targets.ts";
import type { TimingFigure, TimingResult } from "../../../benchmarks/suggestion/tasks.ts";

const common = { version: "1", date: "2026-01-01T00:00:00Z", machine: "a machine", dimensions: 10 };

function suggestion(method: string, trials: number, result: TimingResult, dimensions = 10): TimingFigure {
  return { kind: "suggestion", ...common, method, dimensions, trials, ...result };
}

function memory(threads: number, value: number): TimingFigure {
  return { kind: "memory", ...common, method: "auto", studies: 20, trials: 1000, threads, value };
}

const targetOf = (figures: readonly TimingFigure[], what: string) =>
  timingTargets(figures, null).find((target) => target.what.includes(what))!;

describe("the targets of time and memory", () => {
  test("all are missed where nothing was measured", () => {
    const targets = timingTargets([], null);
    expect(targets.map(({ met }) => met)).not.toContain(true);
    expect(new Set(targets.map(({ measured }) => measured))).toEqual(new Set(["not measured"]));
  });

  test("TPE is judged by its median, and says how much longer Optuna takes by the same clock", () => {
    const own = suggestion("tpe", 10_000, { value: 4, p95: 9, first: 100, wall: 5 });
    const peer = suggestion("optuna-tpe", 10_000, { value: 500, p95: 600, first: 1000, wall: 500 });
    const target = targetOf([own, peer], "`tpe`, 10 dimensions");
    expect(target.met).toBe(true);
    expect(target.measured).toBe("p50 4 ms, p95 9 ms, first 100 ms; optuna-tpe 500 ms, 100 times as long");
  });

  test("GP is judged in 20 dimensions, at each number of trials by its own limit", () => {
    const figures = [
      suggestion("gp", 500, { value: 299 }, 20),
      suggestion("gp", 1000, { value: 1500 }, 20),
      suggestion("gp", 5000, { value: 1 }, 10),
    ];
    expect(targetOf(figures, "n = 500")).toMatchObject({ target: "p50 < 300 ms", met: true });
    expect(targetOf(figures, "n = 1,000")).toMatchObject({
      measured: "p50 1.5 s, 1.5 times as long",
      met: false,
    });
    expect(targetOf(figures, "n = 5,000")).toMatchObject({ measured: "not measured", met: false });
  });

  test("memory is judged with the most threads", () => {
    expect(targetOf([memory(1, 200), memory(4, 501)], "memory")).toMatchObject({
      measured: "501 MB with 4 threads, 200 MB with 1",
      met: false,
    });
    expect(targetOf([memory(1, 200), memory(4, 499)], "memory").met).toBe(true);
  });

  test("the likelihood's verdict is that of the numerics' own benchmark", () => {
    const target = {
      what: "likelihood + gradient, n = 1000, d = 20",
      target: "<= 1.3 x NumPy",
      measured: "60 ms against 50 ms: 1.20 x",
      met: true,
    };
    const report = {
      command: "npm run bench:numerics",
      date: "",
      machine: "",
      versions: {},
      targets: [target],
    };
    const found = timingTargets([], report).find(({ what }) => what === target.what);
    expect(found).toEqual({ ...target, measured: `${target.measured} (\`npm run bench:numerics\`)` });
  });
});

test.each([
  [4.236, "4.24 ms"],
  [999.4, "999 ms"],
  [1500, "1.5 s"],
])("%f milliseconds are %s", (value, text) => {
  expect(milliseconds(value)).toBe(text);
});
