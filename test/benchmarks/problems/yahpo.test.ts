import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProblem } from "../../../benchmarks/problems/index.ts";
import { readJson } from "../../../benchmarks/problems/recorded/files.ts";
import { type ConfigSpace, parametersOf } from "../../../benchmarks/problems/recorded/yahpo/config-space.ts";
import { openSurrogate } from "../../../benchmarks/problems/recorded/yahpo/surrogate.ts";
import { randomParams, sampledReference } from "../../../benchmarks/problems/reference.ts";
import { checkSpace } from "../../../core/check-space.ts";
import type { Json } from "../../../core/json.ts";
import { studyRng } from "../../../core/rng.ts";

const data = process.env.FETTLE_BENCHMARK_DATA ?? null;

test("a configuration space is read with its scales and its conditions, nested ones under the nearer parent", () => {
  const condition = (child: string, parent: string, value: string) => {
    return { child, parent, type: "EQ", value } as const;
  };
  const space: ConfigSpace = {
    hyperparameters: [
      { name: "svm.gamma", type: "uniform_float", log: true, lower: 0.01, upper: 10 },
      { name: "learner", type: "categorical", choices: ["svm", "tree"] },
      { name: "svm.kernel", type: "categorical", choices: ["linear", "radial"] },
      { name: "depth", type: "uniform_int", log: false, lower: 1, upper: 30 },
      { name: "trainsize", type: "uniform_float", log: false, lower: 0.1, upper: 1 },
    ],
    conditions: [
      {
        child: "svm.gamma",
        type: "AND",
        conditions: [
          condition("svm.gamma", "learner", "svm"),
          condition("svm.gamma", "svm.kernel", "radial"),
        ],
      },
      condition("svm.kernel", "learner", "svm"),
      { child: "depth", parent: "learner", type: "IN", values: ["tree"] },
    ],
  };
  const parameters = parametersOf(space, ["trainsize"]);
  expect(parameters).toEqual([
    {
      name: "svm.gamma",
      type: "float",
      low: 0.01,
      high: 10,
      scale: "log",
      when: { parameter: "svm.kernel", in: ["radial"] },
    },
    { name: "learner", type: "categorical", choices: ["svm", "tree"] },
    {
      name: "svm.kernel",
      type: "categorical",
      choices: ["linear", "radial"],
      when: { parameter: "learner", in: ["svm"] },
    },
    {
      name: "depth",
      type: "int",
      low: 1,
      high: 30,
      scale: "linear",
      when: { parameter: "learner", in: ["tree"] },
    },
  ]);
  expect(checkSpace({ parameters, constraints: [] })).toEqual([]);
});

interface Vector {
  config: Record<string, Json>;
  y: number[];
}

/** What is tuned in each scenario, and how many parameters that has. */
const scenarios = [
  { scenario: "lcbench", target: "val_accuracy", searched: 7 },
  { scenario: "rbv2_xgboost", target: "acc", searched: 14 },
  { scenario: "rbv2_super_prev1", target: "mmce", searched: 38 },
];

describe.skipIf(data === null)("YAHPO's surrogates (skipped: FETTLE_BENCHMARK_DATA is not set)", () => {
  describe.each(scenarios)("$scenario", ({ scenario, target, searched }) => {
    const folder = join(data ?? "", "yahpo");

    test("predicts what the reference implementation does, to the precision of its 32-bit floats", () => {
      const { predict } = openSurrogate(folder, scenario);
      const vectors = readJson<Vector[]>(folder, scenario, "test_vectors.json");
      expect(vectors).toHaveLength(64);
      for (const { config, y } of vectors) {
        const metrics = predict(config);
        expect(Object.keys(metrics)).toHaveLength(y.length);
        Object.entries(metrics).forEach(([name, value], index) => {
          const [precision, unit] = name === target ? [1e-5, 0.1] : [1e-3, 1];
          const error = Math.abs(value - y[index]!);
          expect(error).toBeLessThan(precision * Math.max(unit, Math.abs(y[index]!)));
        });
      }
    });

    test("is searched at full fidelity, with inactive parameters left out", () => {
      const { parameters, instanceParameter, fullFidelity, predict } = openSurrogate(folder, scenario);
      expect(parameters).toHaveLength(searched);
      expect(fullFidelity).toEqual(scenario === "lcbench" ? { epoch: 52 } : { trainsize: 1, repl: 10 });
      const params = randomParams({ parameters, constraints: [] })(studyRng(0, scenario));
      const inactive = parameters.filter(({ name }) => !(name in params)).map(({ name }) => [name, null]);
      const instance = { ...fullFidelity, [instanceParameter]: scenario === "lcbench" ? "189906" : "1501" };
      const metrics = predict({ ...params, ...instance });
      expect(predict({ ...params, ...instance, ...Object.fromEntries(inactive) })).toEqual(metrics);
      expect(() => predict({ ...params, ...instance, [instanceParameter]: "0" })).toThrow(/"0"/);
    });
  });

  test("have the recorded scale that sampling gives, with a best that no sample beats", () => {
    const { name, space, evaluate, best, reference } = findProblem("yahpo/lcbench_189906", data);
    const losses: number[] = [];
    const sampled = sampledReference(name, space, (params) => {
      losses.push(evaluate(params, 0).losses[0]!);
      return losses.at(-1)!;
    });
    expect(sampled).toBeCloseTo(reference, 3);
    expect(Math.min(...losses)).toBeGreaterThan(best);
  });
});
