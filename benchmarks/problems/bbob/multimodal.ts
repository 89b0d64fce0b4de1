import type { Create } from "./function.ts";
import { normals, rotation, uniforms, usualOptimum } from "./random.ts";
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
import { conditioned, rastrigin, rowSums, SECOND } from "./unimodal.ts";

/** f15-f24: many valleys, with and without a structure that leads to the lowest. */

const TAU = 2 * Math.PI;

export const rotatedRastrigin: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const first = rotation(seed + SECOND, d);
  const second = conditioned(seed, d, 10);
  return {
    optimum,
    excess: (x) => rastrigin(times(asymmetric(times(minus(x, optimum), first).map(oscillate), 0.2), second)),
  };
};

export const weierstrass: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const first = rotation(seed + SECOND, d);
  const second = sandwich(rotation(seed, d), powers(0.1, d), first);
  const wave = (v: number) => {
    let sum = 0;
    for (let k = 0; k < 12; k++) sum += 0.5 ** k * Math.cos(TAU * 3 ** k * (v + 0.5));
    return sum;
  };
  const least = wave(0);
  return {
    optimum,
    excess: (x) => {
      const z = times(times(minus(x, optimum), first).map(oscillate), second);
      return 10 * (sumOf(z, wave) / d - least) ** 3;
    },
  };
};

const schaffers =
  (condition: number): Create =>
  (d, seed) => {
    const optimum = usualOptimum(seed, d);
    const first = rotation(seed + SECOND, d);
    const second = rotation(seed, d);
    const scales = powers(Math.sqrt(condition), d);
    return {
      optimum,
      excess: (x) => {
        const z = scaled(times(asymmetric(times(minus(x, optimum), first), 0.5), second), scales);
        let sum = 0;
        for (let i = 0; i + 1 < d; i++) {
          const s = z[i]! ** 2 + z[i + 1]! ** 2;
          sum += s ** 0.25 * (Math.sin(50 * s ** 0.1) ** 2 + 1);
        }
        return (sum / (d - 1)) ** 2;
      },
    };
  };

export const schaffersF7 = schaffers(10);
export const illConditionedSchaffersF7 = schaffers(1000);

export const griewankRosenbrock: Create = (d, seed) => {
  const scale = Math.max(1, Math.sqrt(d) / 8);
  const matrix = rotation(seed, d).map((v) => scale * v);
  const optimum = rowSums(matrix, d).map((sum) => (0.5 * sum) / scale ** 2);
  return {
    optimum,
    excess: (x) => {
      const z = times(x, matrix).map((v) => v + 0.5);
      let sum = 0;
      for (let i = 0; i + 1 < d; i++) {
        const s = 100 * (z[i]! ** 2 - z[i + 1]!) ** 2 + (1 - z[i]!) ** 2;
        sum += s / 4000 - Math.cos(s);
      }
      return 10 + (10 * sum) / (d - 1);
    },
  };
};

/** Schwefel's x sin(sqrt(|x|)), whose second best valleys are far from the best; the optimum is near a corner. */
export const schwefel: Create = (d, seed) => {
  const signs = uniforms(d, seed).map((u) => Math.sign(u - 0.5));
  const optimum = signs.map((sign) => 0.5 * sign * SCHWEFEL_OPTIMUM);
  const scales = powers(Math.sqrt(10), d);
  return {
    optimum,
    excess: (x) => {
      const mirrored = x.map((v, i) => 2 * signs[i]! * v);
      const chained = mirrored.map((v, i) => {
        return i === 0 ? v : v + 0.25 * (mirrored[i - 1]! - SCHWEFEL_OPTIMUM);
      });
      const z = chained.map((v, i) => 100 * (scales[i]! * (v - SCHWEFEL_OPTIMUM) + SCHWEFEL_OPTIMUM));
      const mean = sumOf(z, (v) => v * Math.sin(Math.sqrt(Math.abs(v)))) / d;
      const outside = sumOf(z, (v) => Math.max(0, Math.abs(v) - 500) ** 2);
      return 0.01 * (SCHWEFEL_LEAST - mean) + 0.01 * outside;
    },
  };
};

const SCHWEFEL_OPTIMUM = 4.2096874633;
const SCHWEFEL_LEAST = 418.9828872724339;

/** Gaussian peaks at random places, the highest (10) narrow in some directions; `spread`: of the places. */
const gallagher =
  (peaks: number, highestCondition: number, spread: number): Create =>
  (d, seed) => {
    const matrix = rotation(seed, d);
    const order = argsort(uniforms(peaks - 1, seed));
    const conditions = powers(1000, peaks - 1);
    const places = uniforms(d * peaks, seed).map((u) => spread * (10 * u - 5));
    const all = Array.from({ length: peaks }, (_, peak) => {
      const condition = peak === 0 ? highestCondition : conditions[order[peak - 1]!]!;
      const spaced = powers(condition, d).map((v) => v / Math.sqrt(condition));
      const place = times(places.subarray(peak * d, (peak + 1) * d), matrix);
      return {
        height: peak === 0 ? 10 : 1.1 + (8 * (peak - 1)) / (peaks - 2),
        weights: Float64Array.from(argsort(uniforms(d, seed + 1000 * peak)), (index) => spaced[index]!),
        place: peak === 0 ? place.map((v) => 0.8 * v) : place,
      };
    });
    return {
      optimum: rotateBack(all[0]!.place, matrix),
      excess: (x) => {
        const z = times(x, matrix);
        let highest = 0;
        for (const { height, weights, place } of all) {
          const distance = sumOf(z, (v, i) => weights[i]! * (v - place[i]!) ** 2);
          highest = Math.max(highest, height * Math.exp((-0.5 / d) * distance));
        }
        return oscillate(10 - highest) ** 2;
      },
    };
  };

export const gallagher101 = gallagher(101, Math.sqrt(1000), 1);
export const gallagher21 = gallagher(21, 1000, 0.98);

/** x = z M^T. */
function rotateBack(z: Float64Array, matrix: Float64Array): Float64Array {
  const d = z.length;
  return z.map((_, i) => sumOf(z, (v, j) => v * matrix[i * d + j]!));
}

function argsort(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
}

export const katsuura: Create = (d, seed) => {
  const optimum = usualOptimum(seed, d);
  const matrix = conditioned(seed, d, 100);
  return {
    optimum,
    excess: (x) => {
      const z = times(minus(x, optimum), matrix);
      const product = z.reduce((total, v, i) => {
        let rough = 0;
        for (let k = 1; k <= 32; k++) rough += Math.abs(2 ** k * v - roundEven(2 ** k * v)) / 2 ** k;
        return total * (1 + (i + 1) * rough);
      }, 1);
      return (10 / d ** 2) * (product ** (10 / d ** 1.2) - 1);
    },
  };
};

/** Two funnels; the wider one leads to the worse valley. */
export const lunacek: Create = (d, seed) => {
  const near = 2.5;
  const s = 1 - 0.5 / (Math.sqrt(d + 20) - 4.1);
  const far = -Math.sqrt((near ** 2 - 1) / s);
  const optimum = normals(d, seed).map((v) => 0.5 * near * Math.sign(v));
  const matrix = conditioned(seed, d, 100);
  return {
    optimum,
    excess: (x) => {
      const mirrored = x.map((v, i) => 2 * Math.sign(optimum[i]!) * v);
      const z = mirrored.map((v) => v - near);
      const funnels = Math.min(squares(z), d + s * squares(mirrored.map((v) => v - far)));
      return funnels + 10 * (d - sumOf(times(z, matrix), (v) => Math.cos(TAU * v)));
    },
  };
};
