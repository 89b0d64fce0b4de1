import type { Point, Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { type Distribution, samplePoint } from "./distribution.ts";
import type { Judge } from "./preselect.ts";

/** `score`: what the judge expects of it, where there is one. */
export interface Sample {
  point: Point;
  widen: number;
  score?: number;
}

/** Samples looked at for those that are feasible and new; after the first part of them the steps grow. */
const MAX_SAMPLES = 300;
const PLAIN_SAMPLES = 50;
const GROWTH = 1.05;

/** Up to `wanted` samples that are usable. Those that had to be drawn wide are not compared: one of them is enough. */
export function drawSamples(
  problem: Problem,
  distribution: Distribution,
  wanted: number,
  usable: (point: Point) => boolean,
  rng: Rng,
): Sample[] {
  const samples: Sample[] = [];
  for (let drawn = 0; drawn < MAX_SAMPLES && samples.length < wanted; drawn++) {
    const widen = GROWTH ** Math.max(0, drawn - PLAIN_SAMPLES);
    if (widen > 1 && samples.length > 0) break;
    const point = samplePoint(problem, distribution, widen, rng);
    if (usable(point)) samples.push({ point, widen });
  }
  return samples;
}

/** The sample that the judge expects most of; the first one without a judge. */
export function mostPromising(samples: readonly Sample[], judge: Judge | null): Sample {
  if (judge === null) return samples[0]!;
  const judged = samples.map((sample) => ({ ...sample, score: judge.judge(sample.point) }));
  return judged.reduce((least, sample) => (sample.score < least.score ? sample : least));
}
