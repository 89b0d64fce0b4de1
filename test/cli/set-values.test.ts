import { describe, expect, test } from "vitest";
import { withValues } from "../../cli/set-values.ts";

const study = {
  name: "x",
  parameters: [
    { name: "lr", low: 0, high: 1 },
    { name: "width", low: 8 },
  ],
  objectives: [{ metric: "loss", goal: "minimize" }],
  budget: { maxTrials: 30 },
};

describe("--set", () => {
  test.each([
    ["name=y", { ...study, name: "y" }],
    ["budget.maxTrials=60", { ...study, budget: { maxTrials: 60 } }],
    ["budget.maxGpuHours=1.5", { ...study, budget: { maxTrials: 30, maxGpuHours: 1.5 } }],
    ["resources.labels.zone=a", { ...study, resources: { labels: { zone: "a" } } }],
    ["tags=[a, b]", { ...study, tags: ["a", "b"] }],
    ["description=a=b, c", { ...study, description: "a=b, c" }],
    [
      "parameters.lr.high=1e-1",
      { ...study, parameters: [{ name: "lr", low: 0, high: 0.1 }, study.parameters[1]] },
    ],
    ["parameters.1.low=4", { ...study, parameters: [study.parameters[0], { name: "width", low: 4 }] }],
    ["objectives.loss.goal=maximize", { ...study, objectives: [{ metric: "loss", goal: "maximize" }] }],
  ])("%s puts the value in its place", (setting, expected) => {
    const before = structuredClone(study);
    expect(withValues(study, [setting])).toEqual(expected);
    expect(study).toEqual(before);
  });

  test("takes several, the last one of a place wins", () => {
    expect(withValues(study, ["name=a", "seed=3", "name=b"])).toMatchObject({ name: "b", seed: 3 });
  });

  test("names the entries of a list that lacks the one asked for", () => {
    expect(() => withValues(study, ["parameters.lrr.high=1"])).toThrow(/no entry "lrr"/);
    expect(() => withValues(study, ["parameters.2.high=1"])).toThrow(/no entry "2"/);
  });

  test.each(["name", "=x", ""])("refuses %j", (setting) => {
    expect(() => withValues(study, [setting])).toThrow("a name and a value are needed");
  });

  test("cannot reach what every object has", () => {
    const changed = withValues(study, ["__proto__.polluted=yes", "constructor.prototype.polluted=yes"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(changed)).toBe(Object.prototype);
  });
});
