import type { Rng } from "../../core/rng.ts";

/**
 * Categorical dimensions in the way of CatCMA (Hamano et al. 2024, "CatCMA: Stochastic Optimization for Mixed-Category
 * Problems"): an independent distribution each, moved by the natural gradient with a step size that adapts to the
 * gradient's signal-to-noise ratio (ASNG, Akimoto et al. 2019), and a smallest probability that keeps each choice alive.
 *
 * q_i: probabilities of dimension i, K_i of them. Δ: trust region control, δ = 1 / Δ: length of a step. s, γ: the
 * accumulated gradient and its normaliser. F: Fisher information matrix of q.
 */
export interface Categories {
  readonly q: readonly Float64Array[];
  readonly control: number;
  readonly gamma: number;
  readonly s: Float64Array;
}

const ALPHA = 1.5;
const ALIVE = 0.73;

export function createCategories(q: readonly Float64Array[]): Categories {
  const free = q.reduce((sum, { length }) => sum + length - 1, 0);
  return { q: q.map((p) => withSmallest(p, q.length)), control: 1, gamma: 0, s: new Float64Array(free) };
}

/** A choice, from probabilities flattened towards uniform ones by `flatten` in [0, 1]. */
export function drawChoice(q: Float64Array, flatten: number, rng: Rng): number {
  let rest = rng();
  for (let k = 0; k < q.length; k++) {
    const p = (1 - flatten) * q[k]! + flatten / q.length;
    if (rest < p) return k;
    rest -= p;
  }
  return q.length - 1;
}

/**
 * After a generation. `choices`: of each point, best first, one a dimension; null where inactive, which leaves the
 * dimension as it is. `weights`: one each.
 */
export function updateCategories(
  before: Categories,
  choices: readonly (readonly (number | null)[])[],
  weights: Float64Array,
): Categories {
  const gradient = naturalGradient(before.q, choices, weights);
  const flat = flattened(before.q, gradient);
  const length = Math.sqrt(flat.reduce((sum, v) => sum + v * v, 0));
  // Nothing to learn from: all choices were the same, or inactive.
  if (length < 1e-12) return before;
  const delta = 1 / before.control;
  const q = before.q.map((p, i) =>
    withSmallest(
      p.map((v, k) => v + (delta / length) * gradient[i]![k]!),
      before.q.length,
    ),
  );
  const beta = Math.min(1, delta / Math.sqrt(before.s.length));
  const gain = Math.sqrt(beta * (2 - beta));
  const s = before.s.map((v, j) => (1 - beta) * v + (gain * flat[j]!) / length);
  const gamma = (1 - beta) ** 2 * before.gamma + beta * (2 - beta);
  const signal = s.reduce((sum, v) => sum + v * v, 0);
  return { q, s, gamma, control: before.control * Math.exp(beta * (gamma - signal / ALPHA)) };
}

function naturalGradient(
  q: readonly Float64Array[],
  choices: readonly (readonly (number | null)[])[],
  weights: Float64Array,
): Float64Array[] {
  return q.map((p, i) => {
    const gradient = new Float64Array(p.length);
    for (const [rank, point] of choices.entries()) {
      const choice = point[i]!;
      if (choice === null) continue;
      for (let k = 0; k < p.length; k++) gradient[k]! += weights[rank]! * ((k === choice ? 1 : 0) - p[k]!);
    }
    return gradient;
  });
}

/** F^½ times the gradient, in the K - 1 free coordinates of each dimension (Akimoto et al. 2019, appendix B). */
function flattened(q: readonly Float64Array[], gradient: readonly Float64Array[]): Float64Array {
  const parts: number[] = [];
  for (const [i, p] of q.entries()) {
    const free = p.length - 1;
    const last = p[free]!;
    let sum = 0;
    for (let k = 0; k < free; k++) sum += gradient[i]![k]!;
    for (let k = 0; k < free; k++) {
      const root = Math.sqrt(p[k]!);
      parts.push(gradient[i]![k]! / root + (root * sum) / (last + Math.sqrt(last)));
    }
  }
  return Float64Array.from(parts);
}

/** The probabilities, none below (1 - 0.73^(1/N)) / (K - 1), the others shrunk so that they sum to 1. */
function withSmallest(p: Float64Array, dimensions: number): Float64Array {
  const smallest = Math.min(1 / p.length, (1 - ALIVE ** (1 / dimensions)) / (p.length - 1));
  const raised = p.map((v) => Math.max(v, smallest));
  const sum = raised.reduce((total, v) => total + v, 0);
  const above = sum - smallest * p.length;
  if (above <= 0) return raised.fill(1 / p.length);
  return raised.map((v) => v - ((sum - 1) * (v - smallest)) / above);
}
