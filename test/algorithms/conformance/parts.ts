import { algorithms } from "../../../algorithms/index.ts";
import { describeAlgorithm } from "../../suites/algorithm-conformance.ts";

/** What a user has to configure for the suite's spaces, where the defaults do not do. */
const CONFIGS: Record<string, unknown> = { grid: { points: 3 } };

/** Entries that take a minute: each has a file of its own, so that it is tested beside the others. */
const SLOW = ["gp", "auto"] as const;

/** The suite over a slow entry of the registry, or over all the others. */
export function describeConformance(part: (typeof SLOW)[number] | "others"): void {
  const others = Object.keys(algorithms).filter((name) => !SLOW.some((slow) => slow === name));
  for (const name of part === "others" ? others : [part]) {
    describeAlgorithm(algorithms[name]!, CONFIGS[name] ?? {});
  }
}
