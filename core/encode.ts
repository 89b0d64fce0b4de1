import { type Condition, conditionOf, containsJson, parentsFirst } from "./activity.ts";
import type { ActivityRule, Dimension, Point } from "./algorithm.ts";
import { checkParams, completeParams, type SearchedSlot, type Slot } from "./check-params.ts";
import { createCodec } from "./codec.ts";
import { type Constraint, compileConstraint } from "./constraint.ts";
import { indexAt, sizeOf } from "./dimension.ts";
import { FettleError, type FieldError } from "./errors.ts";
import type { Json } from "./json.ts";
import { createLattice } from "./lattice.ts";
import type { Parameter, Params, SearchSpace } from "./space.ts";

/**
 * Parameters and points. `decode` is a pure function, and `decode(encode(params))` gives the same params bit for bit
 * for every value that `decode` can give: steps, integers, choices, both ends, and continuous values of up to twelve
 * significant digits. A user's value with more digits keeps them in the trial's params; its point is the nearest one.
 */
export interface Encoder {
  /** The searched parameters, in the space's order; fixed ones are no dimensions. */
  readonly dimensions: readonly Dimension[];
  readonly activity: readonly ActivityRule[];
  /** @throws FettleError "invalid-params" naming everything that `checkParams` finds. */
  encode(params: Params): Point;
  /** @throws FettleError "algorithm-failed" when it is no point of the space. */
  decode(point: Point): Params;
  /** The same with fixed values and declared defaults for what is active and left out. */
  complete(params: Params): Params;
  /** Everything wrong with values that came from outside; pointers are "/name". */
  checkParams(params: Params): FieldError[];
  /** Whether all constraints between parameters hold. */
  feasible(point: Point): boolean;
  /** Number of points, constraints apart; Infinity with an active continuous dimension, approximate past 2^53. */
  cardinality(): number;
}

/** @param space has passed `checkSpace`. */
export function createEncoder(space: SearchSpace): Encoder {
  const slots = createSlots(space.parameters);
  const constraints = space.constraints.map((source) => compile(source, space.parameters));
  const searched = slots.filter((slot): slot is SearchedSlot => slot.kind === "searched");
  const dimensions = searched.map((slot) => slot.codec.dimension);
  const activity = rulesOf(slots, searched);
  const ruleOf = dimensions.map((_, child) => activity.find((rule) => rule.child === child));
  const decode = (point: Point) => {
    checkPoint(searched, ruleOf, point);
    return decodePoint(slots, searched, point);
  };
  const check = (params: Params) => checkParams(slots, constraints, params);
  const encode = (params: Params) => {
    const fields = check(params);
    if (fields.length > 0) throw new FettleError("invalid-params", fields[0]!.message, { fields });
    return searched.map(({ name, codec }) =>
      Object.hasOwn(params, name) ? codec.encode(params[name]!)! : null,
    );
  };
  const feasible = (point: Point) => {
    if (constraints.length === 0) return true;
    const params = decode(point);
    return constraints.every((constraint) => constraint.objection(params) === null);
  };
  return {
    dimensions,
    activity,
    encode,
    decode,
    checkParams: check,
    complete: (params) => completeParams(slots, params),
    feasible,
    cardinality: () => count(dimensions, activity),
  };
}

function createSlots(parameters: readonly Parameter[]): Slot[] {
  return parameters.map((parameter, index) => {
    const condition = conditionOf(parameters, index);
    const { name } = parameter;
    if (parameter.type === "fixed") return { kind: "fixed", name, value: parameter.value, condition };
    return { kind: "searched", name, codec: createCodec(parameter), condition, fallback: parameter.default };
  });
}

function compile(source: string, parameters: readonly Parameter[]): Constraint {
  const compiled = compileConstraint(source, parameters);
  if (!compiled.ok) throw new FettleError("invalid-study", compiled.problem.message);
  return compiled.constraint;
}

function rulesOf(slots: readonly Slot[], searched: readonly SearchedSlot[]): ActivityRule[] {
  const rules = searched.flatMap(({ condition }, child) => {
    if (!condition) return [];
    const parent = searched.indexOf(slots[condition.parent] as SearchedSlot);
    const levels = condition.values.map((value) => searched[parent]!.codec.indexOf(value)!);
    return [{ child, parent, levels: levels.sort((a, b) => a - b) }];
  });
  return parentsFirst(rules);
}

function count(dimensions: readonly Dimension[], activity: readonly ActivityRule[]): number {
  return createLattice(dimensions.map(sizeOf), activity).size;
}

function decodePoint(slots: readonly Slot[], searched: readonly SearchedSlot[], point: Point): Params {
  const params: Record<string, Json> = {};
  let next = 0;
  for (const slot of slots) {
    if (slot.kind === "searched") {
      const coordinate = point[next++]!;
      if (coordinate !== null) params[slot.name] = slot.codec.decode(coordinate);
    } else if (isActive(slot.condition, slots, searched, point)) {
      params[slot.name] = slot.value;
    }
  }
  return params;
}

function isActive(
  condition: Condition | null,
  slots: readonly Slot[],
  searched: readonly SearchedSlot[],
  point: Point,
): boolean {
  if (!condition) return true;
  const parent = slots[condition.parent] as SearchedSlot;
  const coordinate = point[searched.indexOf(parent)]!;
  return coordinate !== null && containsJson(condition.values, parent.codec.decode(coordinate));
}

function checkPoint(
  searched: readonly SearchedSlot[],
  ruleOf: readonly (ActivityRule | undefined)[],
  point: Point,
): void {
  if (point.length !== searched.length) {
    throw notAPoint(`it has ${point.length} coordinates, the space has ${searched.length}`);
  }
  for (const [index, { name, codec }] of searched.entries()) {
    const coordinate = point[index]!;
    if (coordinate !== null && !inDimension(codec.dimension, coordinate)) {
      throw notAPoint(`coordinate ${index} (${name}) is ${coordinate}`);
    }
  }
  for (const [index, coordinate] of point.entries()) {
    const rule = ruleOf[index];
    const parent = rule ? point[rule.parent]! : 0;
    const active =
      !rule ||
      (parent !== null && rule.levels.includes(indexAt(searched[rule.parent]!.codec.dimension, parent)!));
    if (active === (coordinate === null)) {
      throw notAPoint(
        `coordinate ${index} (${searched[index]!.name}) is ${coordinate} but ${active ? "" : "not "}active`,
      );
    }
  }
}

function inDimension(dimension: Dimension, coordinate: number): boolean {
  if (dimension.kind !== "categorical") return coordinate >= 0 && coordinate <= 1;
  return Number.isInteger(coordinate) && coordinate >= 0 && coordinate < dimension.choices;
}

function notAPoint(reason: string): FettleError {
  return new FettleError("algorithm-failed", `Not a point of the search space: ${reason}.`);
}
