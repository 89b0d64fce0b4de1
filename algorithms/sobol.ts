import { z } from "zod";
import type { Algorithm, Point, Problem, Search, Suggestion } from "../core/algorithm.ts";
import { FettleError } from "../core/errors.ts";
import { studyRng } from "../core/rng.ts";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../math/sobol.ts";
import { pointKey, sizeOfSpace } from "./common/distinct.ts";
import { pointFromUniforms } from "./draw.ts";

const configSchema = z.strictObject({});
type Config = z.infer<typeof configSchema>;

/** Points passed over in one suggestion because they break a constraint or were tried before. */
const MAX_SKIPS = 100_000;

/**
 * A scrambled Sobol sequence: covers the space more evenly than independent draws, in every prefix. The scramble is
 * derived from the study's seed. Points of other origin leave the sequence where it is, but in a space without floats
 * nothing is proposed twice.
 */
export const sobol: Algorithm<Config> = {
  name: "sobol",
  version: 2,
  summary: `Evenly spread points (scrambled Sobol sequence), up to ${MAX_SOBOL_DIMENSIONS} parameters.`,
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  create: createSobolSearch,
};

function createSobolSearch(problem: Problem): Search {
  const count = problem.dimensions.length;
  if (count > MAX_SOBOL_DIMENSIONS) throw tooManyDimensions(count);
  const sequence = createSobol(count, studyRng(problem.seed, "sobol"));
  const pointAt = (index: number) => pointFromUniforms(problem, sequence(index));
  const size = sizeOfSpace(problem);
  const tried = new Set<string>();
  const usable = (point: Point) =>
    !(Number.isFinite(size) && tried.has(pointKey(problem, point))) && problem.feasible(point);
  // Index after the last one that was scheduled; `next` is the first feasible one from there, found when first needed.
  let start = 0;
  let next: Candidate | null = null;
  const peek = () => {
    next ??= tried.size >= size ? { index: start, point: null } : firstUsable(usable, pointAt, start);
    return next;
  };
  return {
    observe: (event) => {
      if (event.type !== "scheduled") return;
      const { index, point } = peek();
      if (Number.isFinite(size)) tried.add(pointKey(problem, event.point));
      if (point === null || !samePoint(point, event.point)) return;
      start = index + 1;
      next = null;
    },
    suggest: () => toSuggestion(peek(), start),
  };
}

/** `point` null: nothing usable before `index`. */
interface Candidate {
  index: number;
  point: Point | null;
}

function firstUsable(
  usable: (point: Point) => boolean,
  pointAt: (index: number) => Point,
  start: number,
): Candidate {
  for (let index = start; index <= start + MAX_SKIPS; index++) {
    const point = pointAt(index);
    if (usable(point)) return { index, point };
  }
  return { index: start + MAX_SKIPS + 1, point: null };
}

function toSuggestion({ index, point }: Candidate, start: number): Suggestion {
  const skipped = index - start;
  if (point === null) {
    const text = `Every point of the sequence was tried or breaks a constraint (${skipped} passed over from ${start}).`;
    return { type: "exhausted", why: { rule: "sobol-exhausted", inputs: { start, skipped }, text } };
  }
  const passed = skipped === 0 ? "" : `; ${skipped} before it were tried or broke a constraint`;
  const text = `Point ${index} of the study's Sobol sequence${passed}.`;
  return { type: "start", point, budget: null, why: { rule: "sobol", inputs: { index, skipped }, text } };
}

function samePoint(a: Point, b: Point): boolean {
  return a.length === b.length && a.every((coordinate, index) => coordinate === b[index]);
}

function tooManyDimensions(count: number): FettleError {
  const message = `sobol handles up to ${MAX_SOBOL_DIMENSIONS} parameters; the study searches ${count}.`;
  const field = { pointer: "/algorithm/name", code: "too-many-parameters", message, hint: "Use random." };
  return new FettleError("invalid-study", message, { fields: [field] });
}
