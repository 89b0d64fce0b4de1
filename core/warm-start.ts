import { z } from "zod";
import type { Point } from "./algorithm.ts";
import { createCodec } from "./codec.ts";
import type { Encoder } from "./encode.ts";
import { FettleError } from "./errors.ts";
import type { Json } from "./json.ts";
import type { Parameter, Params } from "./space.ts";
import { textSchema } from "./text.ts";

/** What an earlier study knows that a new one can use: its trials, as points of the new space, best first. */

export const warmStartSchema = z
  .strictObject({
    studies: z
      .array(textSchema().min(1).max(100))
      .min(1)
      .max(10)
      .describe("Studies of the same project, by name or id."),
    points: z
      .int()
      .min(1)
      .max(1000)
      .default(10)
      .describe(
        "How many of their best points are tried again at most; fewer when they turn out to be of no use.",
      ),
  })
  .describe("Start from what earlier studies found. A study that turns out unlike this one is dropped.");

/** One earlier study, copied into the log of the new one, so that the search never depends on it again. */
export interface WarmStartSource {
  /** Name and id of the earlier study. */
  study: string;
  studyId: string;
  /** Trials with a result that it had. */
  trials: number;
  /** Parameters that both search, by name. */
  shared: readonly string[];
  points: readonly SourcePoint[];
}

export interface SourcePoint {
  /** Its number in the earlier study. */
  trial: number;
  point: Point;
  /** Place in the earlier study, 0 best to 1 worst: values of two studies need not be on one scale. */
  rank: number;
}

interface EarlierTrial {
  trial: number;
  params: Params;
}

/** Points kept of a source: the best, and as many spread over all the others, to judge similarity by. */
const BEST_KEPT = 100;
const SPREAD_KEPT = 100;

/**
 * An earlier study's trials as points of a space.
 * @param rows its measured trials, best first.
 * @throws FettleError "invalid-study" at `pointer` when nothing of it can be used.
 */
export function warmStartSource(
  target: { parameters: readonly Parameter[]; encoder: Encoder },
  source: { study: string; studyId: string; rows: readonly EarlierTrial[] },
  pointer: string,
): WarmStartSource {
  const { study, studyId, rows } = source;
  const names = new Set(rows.flatMap(({ params }) => Object.keys(params)));
  const searched = target.parameters.filter(({ type }) => type !== "fixed");
  const shared = searched.map(({ name }) => name).filter((name) => names.has(name));
  if (rows.length === 0) throw unusable(pointer, study, "has no finished trial with a value");
  if (shared.length === 0) throw unusable(pointer, study, "has no parameter in common with this one");
  const points = rows.flatMap(({ trial, params }, index) => {
    if (!isKept(index, rows.length)) return [];
    const point = mapParams(target, params);
    return point === null ? [] : [{ trial, point, rank: rows.length > 1 ? index / (rows.length - 1) : 0 }];
  });
  if (points.length === 0) throw unusable(pointer, study, "has no trial that lies in this search space");
  return { study, studyId, trials: rows.length, shared, points };
}

function isKept(index: number, count: number): boolean {
  if (index < BEST_KEPT) return true;
  const stride = Math.max(1, Math.ceil((count - BEST_KEPT) / SPREAD_KEPT));
  return (index - BEST_KEPT) % stride === 0;
}

/**
 * The point of `target` that lies nearest to an earlier trial: shared values as they are, numbers outside the range at
 * its end, parameters that the earlier study lacked at their default or in the middle. Null when a choice does not
 * exist here or a constraint is broken.
 */
export function mapParams(
  { parameters, encoder }: { parameters: readonly Parameter[]; encoder: Encoder },
  params: Params,
): Point | null {
  const mapped: Record<string, Json> = {};
  for (const parameter of parameters) {
    const value = mapValue(parameter, params[parameter.name]);
    if (value === undefined) return null;
    mapped[parameter.name] = value;
  }
  const active = withoutInactive(parameters, mapped);
  return encoder.checkParams(active).length > 0 ? null : encoder.encode(active);
}

/** Undefined: the value has no counterpart. */
function mapValue(parameter: Parameter, value: Json | undefined): Json | undefined {
  if (parameter.type === "fixed") return parameter.value;
  const codec = createCodec(parameter);
  if (value === undefined)
    return parameter.default ?? codec.decode(parameter.type === "categorical" ? 0 : 0.5);
  const numeric = parameter.type === "float" || parameter.type === "int";
  const clipped =
    numeric && typeof value === "number" ? Math.min(parameter.high, Math.max(parameter.low, value)) : value;
  const coordinate = codec.encode(clipped) ?? nearest(parameter, clipped);
  return coordinate === undefined ? undefined : codec.decode(coordinate);
}

/** The coordinate of the step next to a number that lies between two. */
function nearest(parameter: Parameter, value: Json): number | undefined {
  if (typeof value !== "number" || (parameter.type !== "float" && parameter.type !== "int")) return undefined;
  const step = parameter.step ?? 1;
  const snapped = parameter.low + Math.round((value - parameter.low) / step) * step;
  return createCodec(parameter).encode(Math.min(parameter.high, snapped));
}

function withoutInactive(parameters: readonly Parameter[], params: Record<string, Json>): Params {
  const active: Record<string, Json> = { ...params };
  // Once for each level of nesting is enough; a parent that went inactive takes its children along.
  for (let pass = 0; pass < parameters.length; pass++) {
    const gone = parameters.filter(({ name, when }) => {
      if (when === undefined || !Object.hasOwn(active, name)) return false;
      const parent = active[when.parameter];
      return (
        parent === undefined || !when.in.some((value) => JSON.stringify(value) === JSON.stringify(parent))
      );
    });
    if (gone.length === 0) return active;
    for (const { name } of gone) delete active[name];
  }
  return active;
}

function unusable(pointer: string, study: string, why: string): FettleError {
  const message = `Study "${study}" ${why}.`;
  const field = { pointer, code: "warm-start", message, hint: "Name another study, or leave it out." };
  return new FettleError("invalid-study", message, { fields: [field] });
}
