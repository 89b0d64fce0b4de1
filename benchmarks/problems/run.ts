import { parseArgs } from "node:util";
import { loadFamilies } from "./index.ts";
import { longSearch } from "./long-search.ts";
import type { BenchmarkProblem } from "./problem.ts";
import { sampledReference } from "./reference.ts";
import { recordScale, type Scale } from "./scales.ts";

/**
 * Measures the scales of problems whose optimum nobody knows, and records them. Problems are named by how they begin:
 *
 *   npx tsx benchmarks/problems/run.ts yahpo/lcbench live --data <directory> [--evaluations 10000] [--samples 1000]
 *
 * What is recorded was measured with 20,000 evaluations on rbv2_super_prev1, 1,500 (and 500 samples) or more on the live
 * problems, and the defaults elsewhere.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string" },
    evaluations: { type: "string", default: "10000" },
    samples: { type: "string", default: "1000" },
  },
});

const data = values.data ?? process.env.FETTLE_BENCHMARK_DATA ?? null;
const named = [...new Set(positionals.map((start) => start.split("/")[0]!))];
const problems = loadFamilies(named, data).filter(({ name }) =>
  positionals.some((start) => name.startsWith(start)),
);
for (const problem of problems) {
  const before = performance.now();
  const scale = measureScale(problem, Number(values.evaluations), Number(values.samples));
  recordScale(problem.name, scale);
  const seconds = ((performance.now() - before) / 1000).toFixed(0);
  console.log(`${problem.name}: best ${scale.best}, reference ${scale.reference} (${seconds} s)`);
}

function measureScale(
  { name, space, evaluate, score }: BenchmarkProblem,
  evaluations: number,
  samples: number,
): Scale {
  let lowest = Number.POSITIVE_INFINITY;
  const scoreOf = (params: Parameters<typeof evaluate>[0]) => {
    const value = score(evaluate(params, 0).losses[0]!);
    lowest = Math.min(lowest, value);
    return value;
  };
  const reference = sampledReference(name, space, scoreOf, samples);
  longSearch(name, space, scoreOf, evaluations);
  return { best: round(lowest), reference: round(reference) };
}

/** As many digits as the curves of recorded runs have. */
function round(value: number): number {
  return Number(value.toPrecision(7));
}
