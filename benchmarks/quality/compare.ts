import { parseArgs } from "node:util";
import { messageOf } from "../../core/errors.ts";
import { type Comparison, compare, indexRuns, type RunIndex, restrict } from "./comparison.ts";
import { OPTIONS, type Plan, planOf } from "./plan.ts";
import { openStore, type RunRecord } from "./record.ts";
import { mean } from "./statistics.ts";
import { summarise } from "./summary.ts";

/** Prints how recorded methods compare, the first with each other: for tuning, while a benchmark still runs. */

const HORIZONS = [10, 25, 50, 100, 200];

const { values } = parseArgs({
  options: {
    ...OPTIONS,
    at: { type: "string" },
    "min-seeds": { type: "string", default: "1" },
    by: { type: "string", multiple: true, default: [] },
  },
});

function main(): void {
  const plan = planOf(values, { methods: "random,sobol,optuna-tpe", seeds: "3", trials: 50 });
  const { records } = openStore(plan.stores);
  const methods = plan.methods.map(({ name }) => name);
  const index = indexRuns(records, plan.paired);
  for (const method of methods) console.log(`${method}: ${index.versions.get(method) ?? "no records"}`);
  for (const workers of plan.workers) {
    for (const horizon of values.at?.split(",").map(Number) ?? HORIZONS) {
      print(index, records, plan, horizon, workers);
    }
  }
}

function print(
  index: RunIndex,
  records: readonly RunRecord[],
  plan: Plan,
  horizon: number,
  workers: number,
): void {
  const comparison = compare(index, plan.facts, {
    methods: plan.methods.map(({ name }) => name),
    horizon,
    workers,
    minSeeds: Number(values["min-seeds"]),
  });
  if (comparison.problems.length === 0) return;
  const left = comparison.leftOut.length;
  console.log(
    `\nAt ${horizon} trials, workers ${workers}, ${comparison.problems.length} problems, ${left} left out`,
  );
  printSummary(comparison, records);
  if (values.by.includes("family")) printGroups(comparison, (problem) => problem.family);
  if (values.by.includes("problem")) printGroups(comparison, (problem) => problem.name);
  if (values.by.includes("left-out")) {
    for (const { problem, method, reason } of comparison.leftOut)
      console.log(`  ${problem}: ${method} ${reason}`);
  }
}

function printSummary(comparison: Comparison, records: readonly RunRecord[]): void {
  const rows = summarise(comparison).map(
    ({ method, seeds, regret, medianRegret, meanRank, against, p }, index) => [
      method,
      seeds[0] === seeds[1] ? String(seeds[0]) : seeds.join("-"),
      `${figure(regret.value)} [${figure(regret.low)}, ${figure(regret.high)}]`,
      figure(medianRegret.value),
      `${meanRank.value.toFixed(2)} [${meanRank.low.toFixed(2)}, ${meanRank.high.toFixed(2)}]`,
      index === 0 ? "" : against.join("/"),
      index === 0 ? "" : p.toFixed(3),
      askMs(method, comparison, records),
    ],
  );
  table(
    ["method", "seeds", "mean regret [95 %]", "median", "mean rank [95 %]", "w/t/l", "p", "ms/ask"],
    rows,
  );
}

/** Mean regrets of each group of problems; the lowest is marked. */
function printGroups(
  comparison: Comparison,
  groupOf: (problem: Comparison["problems"][number]) => string,
): void {
  const groups = [...new Set(comparison.problems.map(groupOf))];
  const rows = groups.map((group) => {
    const part = restrict(comparison, (problem) => groupOf(problem) === group);
    const means = comparison.methods.map((_, index) =>
      mean(part.regrets.map((cells) => mean(cells[index]!))),
    );
    const least = Math.min(...means);
    return [group, ...means.map((value) => `${figure(value)}${value === least ? " *" : "  "}`)];
  });
  table(["", ...comparison.methods], rows);
}

function askMs(method: string, { horizon, workers }: Comparison, records: readonly RunRecord[]): string {
  const times = records
    .filter(
      (run) =>
        run.method === method && run.workers === workers && run.status === "ok" && run.trials >= horizon,
    )
    .map(({ askMs }) => askMs[0]);
  return figure(mean(times));
}

function figure(value: number): string {
  return Math.abs(value) >= 0.0995 || value === 0 ? value.toFixed(3) : value.toPrecision(2);
}

function table(head: string[], rows: string[][]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  for (const row of [head, ...rows]) {
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd());
  }
}

try {
  main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
