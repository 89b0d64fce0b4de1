import { type Rng, uniformInt } from "../../../core/rng.ts";
import type { GpData } from "../../../math/gp/model.ts";

/** Numeric and categorical dimensions in random order, targets of unit size, hyper-parameters that fit no worse. */
export function randomProblem(
  n: number,
  numeric: number,
  categorical: number,
  rng: Rng,
): { data: GpData; theta: Float64Array; candidates: (m: number) => Float64Array } {
  const d = numeric + categorical;
  const flags = new Uint8Array(d);
  for (let placed = 0; placed < categorical; ) {
    const at = uniformInt(rng, d);
    if (!flags[at]) placed += ++flags[at]!;
  }
  const candidates = (m: number) =>
    Float64Array.from({ length: m * d }, (_, i) => (flags[i % d] ? uniformInt(rng, 4) : rng()));
  const data = {
    n,
    d,
    x: candidates(n),
    categorical: flags,
    y: Float64Array.from({ length: n }, () => 2 * rng() - 1),
  };
  const theta = Float64Array.from({ length: d + 2 }, () => 4 * rng() - 2);
  theta[d + 1] = -6 * rng();
  return { data, theta, candidates };
}
