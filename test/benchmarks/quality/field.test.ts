import { expect, test } from "vitest";
import { type Campaign, full, methodsOf, missingRuns, quick } from "../../../benchmarks/quality/campaigns.ts";
import { indexRuns } from "../../../benchmarks/quality/comparison.ts";
import { fieldOf } from "../../../benchmarks/quality/field.ts";
import { parseMethod } from "../../../benchmarks/quality/methods.ts";
import { problemNamed, runOf, runsOf } from "./records.ts";

const problems = ["one/a", "one/b", "one/c", "one/d", "two/a"].map((name) => problemNamed(name));
const plan: Campaign[] = [
  { methods: ["tpe", "gp", "rf", "smac"], problems: ["*"], trials: 200, workers: 1, seeds: [0] },
  { methods: ["nsga2"], problems: ["two/*"], trials: 200, workers: 1, seeds: [0] },
];
const at = { plan, horizon: 100, workers: 1 };

test("a method takes part when it did nearly all that it was planned for and can do", () => {
  const records = [
    ...runsOf(["tpe"], problems, 1, () => 1),
    ...runsOf(["gp"], problems.slice(0, 4), 1, () => 1),
    runOf({ method: "gp", problem: "two/a", status: "unsupported" }),
    ...runsOf(["rf"], problems.slice(0, 3), 1, () => 1),
  ];
  expect(fieldOf(indexRuns(records), problems, { ...at, methods: ["tpe", "gp", "rf", "smac"] })).toEqual({
    compared: ["tpe", "gp"],
    specialists: [],
    missing: [
      { method: "rf", why: "3 of 5 problems" },
      { method: "smac", why: "not measured" },
    ],
    ended: [],
  });
});

test("a method that is planned for, or can do, few problems only is a specialist", () => {
  const records = [
    ...runsOf(["nsga2", "smac"], problems.slice(4), 1, () => 1),
    ...problems
      .slice(0, 4)
      .map(({ name }) => runOf({ method: "smac", problem: name, status: "unsupported" })),
  ];
  const { specialists } = fieldOf(indexRuns(records), problems, { ...at, methods: ["nsga2", "smac"] });
  expect(specialists.map(({ method }) => method)).toEqual(["nsga2", "smac"]);
});

test("what is planned with other numbers of workers plays no part", () => {
  const few: Campaign = {
    methods: ["tpe", "smac"],
    problems: ["two/*"],
    trials: 200,
    workers: 8,
    seeds: [0],
  };
  const parallel = runsOf(["tpe", "smac"], problems.slice(4), 1, () => 1).map((run) => ({
    ...run,
    workers: 8,
  }));
  const options = { plan: [...plan, few], horizon: 100, methods: ["tpe", "smac"] };
  expect(fieldOf(indexRuns(parallel), problems, { ...options, workers: 8 }).compared).toEqual([
    "tpe",
    "smac",
  ]);
  expect(fieldOf(indexRuns(parallel), problems, { ...options, workers: 1 }).compared).toEqual([]);
});

test("a method whose budgets end before the horizon is no rival there, and its largest budget is said", () => {
  const records = problems.map(({ name }) => runOf({ problem: name, trials: 50 }));
  expect(fieldOf(indexRuns(records), problems, { ...at, methods: ["tpe"] }).ended).toEqual([
    { method: "tpe", why: "up to 50 trials" },
  ]);
});

test.each([
  ["full", full],
  ["quick", quick],
])("the %s plan names methods that exist, and no run twice", (_, campaigns) => {
  const methods = methodsOf(campaigns);
  expect(() => methods.map(parseMethod)).not.toThrow();
  const suite = ["synthetic/branin", "fronts/zdt1", "nmt_bench/so-en"].map((name) => problemNamed(name));
  const versions = new Map(methods.map((method) => [method, "1"]));
  const keys = missingRuns(campaigns, suite, versions, { has: () => false }).map((key) =>
    JSON.stringify(key),
  );
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThan(methods.length);
});
