import type { BenchmarkProblem } from "../problem.ts";
import { classic } from "./classic.ts";
import { type Definition, defineProblem } from "./define.ts";
import { mixed } from "./mixed.ts";

export const FAMILY = "synthetic";

export const definitions: readonly Definition[] = [...classic, ...mixed];

/** Functions with known optima: numeric, noisy, sparse, mixed and conditional. */
export function loadSynthetic(): BenchmarkProblem[] {
  return definitions.map((definition) => defineProblem(FAMILY, definition));
}
