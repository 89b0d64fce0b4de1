import { parseArgs } from "node:util";
import { measure } from "./measure.ts";

/**
 * How long a suggestion takes: `npx tsx benchmarks/suggestion/run.ts --algorithm tpe --dimensions 10`.
 * Options: `--config '{"candidates":64}'`, `--trials 100,1000`, `--suggestions 50`, `--seed 1`.
 */

const { values } = parseArgs({
  options: {
    algorithm: { type: "string", default: "tpe" },
    config: { type: "string", default: "{}" },
    dimensions: { type: "string", default: "10" },
    trials: { type: "string", default: "100,1000,5000,10000" },
    suggestions: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});

const milliseconds = (value: number) => value.toFixed(2).padStart(10);
console.log(
  `${values.algorithm}, ${values.dimensions} dimensions, ${values.suggestions} suggestions each, in ms`,
);
console.log("    trials       p50       p95     first    replay");
for (const trials of values.trials.split(",").map(Number)) {
  const { p50Ms, p95Ms, firstMs, replayMs } = measure({
    algorithm: values.algorithm,
    config: JSON.parse(values.config),
    dimensions: Number(values.dimensions),
    trials,
    suggestions: Number(values.suggestions),
    seed: Number(values.seed),
  });
  console.log(
    `${String(trials).padStart(10)}${[p50Ms, p95Ms, firstMs, replayMs].map(milliseconds).join("")}`,
  );
}
