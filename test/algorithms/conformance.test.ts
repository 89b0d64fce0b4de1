import { algorithms } from "../../algorithms/index.ts";
import { describeAlgorithm } from "../suites/algorithm-conformance.ts";

/** What a user has to configure for the suite's spaces, where the defaults do not do. */
const CONFIGS: Record<string, unknown> = { grid: { points: 3 } };

for (const [name, algorithm] of Object.entries(algorithms)) describeAlgorithm(algorithm, CONFIGS[name] ?? {});
