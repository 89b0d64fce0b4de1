import type { Create } from "./function.ts";
import { rotation, usualOptimum } from "./random.ts";
import {
  asymmetric,
  minus,
  oscillate,
  powers,
  roundEven,
  sandwich,
  scaled,
  squares,
  sumOf,
  times,
} from "./transform.ts";

/** f1-f14: separable, moderately and badly conditioned functions with one valley (f3, f4 apart). */

/** Seeds of a function's second rotation are this far from the first's. */
export const SECOND = 1e6;

const TAU = 2 * Math.PI;

/** 10 (d - sum cos(2 pi z_i)) + |z|^2. */
export function rastrigin(z: Float64Array): number {
  return 10 * (z.length - sumOf(z, (v) => Math.cos(TAU * v))) + squares(z);
}

function rosenbrock(z: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < z.length; i++) sum += 100 * (z[i]! ** 2 - z[i + 1]!) ** 2 + (z[i]! - 1) ** 2;
  return sum;
}

/** R diag(sqrt(condition)^(i / (d - 1))) Q, which most functions after f5 turn their coordinates by. */
export function conditioned(seed: number, d: number, condition: number): Float64Array {
  return sandwich(rotation(seed, d), powers(Math.sqrt(condition), d), rotation(seed + SECOND, d));
}

export const sphere: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  return { optimum, excess: (x) => squares(minus(x, optimum)) };
};

export const ellipsoid: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const weights = powers(1e6, d);
  return { optimum, excess: (x) => sumOf(minus(x, optimum), (v, i) => weights[i]! * oscillate(v) ** 2) };
};

export const separableRastrigin: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const scales = powers(Math.sqrt(10), d);
  return {
    optimum,
    excess: (x) => rastrigin(scaled(asymmetric(minus(x, optimum).map(oscillate), 0.2), scales)),
  };
};

/** Every other coordinate is ten times as steep on its positive side. */
export const bueche: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d).map((v, i) => (i % 2 === 0 ? Math.abs(v) : v));
  const scales = powers(Math.sqrt(10), d);
  return {
    optimum,
    excess: (x) => {
      const z = minus(x, optimum).map(oscillate);
      return rastrigin(z.map((v, i) => (v > 0 && i % 2 === 0 ? 10 : 1) * scales[i]! * v));
    },
  };
};

/** The optimum is a corner of the domain. */
export const linearSlope: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d).map((v) => 5 * Math.sign(v));
  const slopes = powers(10, d).map((v, i) => -Math.sign(optimum[i]!) * v);
  return { optimum, excess: (x) => sumOf(slopes, (slope, i) => 5 * Math.abs(slope) + slope * x[i]!) };
};

export const attractiveSector: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const matrix = conditioned(seed, d, 10);
  return {
    optimum,
    excess: (x) => {
      const z = times(minus(x, optimum), matrix);
      return oscillate(sumOf(z, (v, i) => ((v * optimum[i]! > 0 ? 100 : 1) * v) ** 2)) ** 0.9;
    },
  };
};

export const stepEllipsoid: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const first = rotation(seed, d);
  const second = rotation(seed + SECOND, d);
  const scales = powers(Math.sqrt(10), d);
  const weights = powers(100, d);
  return {
    optimum,
    excess: (x) => {
      const z = scaled(times(minus(x, optimum), first), scales);
      const steps = z.map((v) => (Math.abs(v) > 0.5 ? roundEven(v) : roundEven(10 * v) / 10));
      const valley = sumOf(times(steps, second), (v, i) => weights[i]! * v * v);
      return 0.1 * Math.max(1e-4 * Math.abs(z[0]!), valley);
    },
  };
};

export const originalRosenbrock: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d).map((v) => 0.75 * v);
  const scale = Math.max(1, Math.sqrt(d) / 8);
  return { optimum, excess: (x) => rosenbrock(minus(x, optimum).map((v) => scale * v + 1)) };
};

export const rotatedRosenbrock: Create = (d, seed) => {
  const scale = Math.max(1, Math.sqrt(d) / 8);
  const matrix = rotation(seed, d).map((v) => scale * v);
  const optimum = rowSums(matrix, d).map((sum) => (0.5 * sum) / scale ** 2);
  return { optimum, excess: (x) => rosenbrock(times(x, matrix).map((v) => v + 0.5)) };
};

export function rowSums(matrix: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, i) => sumOf(matrix.subarray(i * d, (i + 1) * d), (v) => v));
}

export const rotatedEllipsoid: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const matrix = rotation(seed + SECOND, d);
  const weights = powers(1e6, d);
  return {
    optimum,
    excess: (x) => sumOf(times(minus(x, optimum), matrix), (v, i) => weights[i]! * oscillate(v) ** 2),
  };
};

export const discus: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const matrix = rotation(seed + SECOND, d);
  return {
    optimum,
    excess: (x) => sumOf(times(minus(x, optimum), matrix), (v, i) => (i === 0 ? 1e6 : 1) * oscillate(v) ** 2),
  };
};

export const bentCigar: Create = (d, seed) => {
  const optimum = usualOptimum(seed + SECOND, d);
  const matrix = rotation(seed + SECOND, d);
  return {
    optimum,
    excess: (x) => {
      const z = times(asymmetric(times(minus(x, optimum), matrix), 0.5), matrix);
      return sumOf(z, (v, i) => (i === 0 ? 1 : 1e6) * v * v);
    },
  };
};

export const sharpRidge: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const matrix = conditioned(seed, d, 10);
  return {
    optimum,
    excess: (x) => {
      const z = times(minus(x, optimum), matrix);
      return z[0]! ** 2 + 100 * Math.sqrt(squares(z.subarray(1)));
    },
  };
};

export const differentPowers: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const matrix = rotation(seed + SECOND, d);
  return {
    optimum,
    excess: (x) => {
      const z = times(minus(x, optimum), matrix);
      return Math.sqrt(sumOf(z, (v, i) => Math.abs(v) ** (2 + (4 * i) / (d - 1))));
    },
  };
};
