import { maskInactive } from "./activity.ts";
import type { Dimension, Point } from "./algorithm.ts";
import { compileConstraint } from "./constraint.ts";
import { coordinateAt, type Finite, levelAt, positionOf, sizeOf } from "./dimension.ts";
import { createEncoder, type Encoder } from "./encode.ts";
import type { FieldError } from "./errors.ts";
import { createLattice } from "./lattice.ts";
import { type Rng, studyRng } from "./rng.ts";
import type { Params, SearchSpace } from "./space.ts";

/** Whether any point satisfies all constraints: every algorithm that draws and rejects depends on it. */

/**
 * Spaces of up to so many points, counting only the parameters that constraints depend on, are tried completely,
 * larger ones by so many random points.
 */
const MAX_POINTS = 10_000;
/** Bounds the work in spaces with very many parameters. */
const MAX_COORDINATES = 2_000_000;

/** An error naming the constraints that no tried point satisfies; none when a feasible point was found. */
export function infeasibleSpace(space: SearchSpace): FieldError[] {
  if (space.constraints.length === 0) return [];
  const encoder = createEncoder(concerned(space));
  const exhaustive = encoder.cardinality() <= MAX_POINTS;
  const points = exhaustive ? allPoints(encoder) : randomPoints(encoder);
  const tried: Params[] = [];
  for (const point of points) {
    if (encoder.feasible(point)) return [];
    if (tried.length < 1000) tried.push(encoder.decode(point));
  }
  return blame(space, tried, exhaustive);
}

/** The space without the parameters that no constraint depends on. */
function concerned({ parameters, constraints }: SearchSpace): SearchSpace {
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const { when } = parameters.find((parameter) => parameter.name === name)!;
    if (when) need(when.parameter);
  };
  for (const source of constraints) {
    const compiled = compileConstraint(source, parameters);
    if (compiled.ok) compiled.constraint.parameters.forEach(need);
  }
  return { parameters: parameters.filter(({ name }) => needed.has(name)), constraints };
}

function* allPoints({ dimensions, activity, cardinality }: Encoder): Generator<Point> {
  const lattice = createLattice(dimensions.map(sizeOf), activity);
  for (let index = 0; index < cardinality(); index++) {
    // A space with so few points has no continuous dimension.
    yield lattice
      .at(index)
      .map((level, at) => (level === null ? null : coordinateAt(dimensions[at] as Finite, level)));
  }
}

function* randomPoints(encoder: Encoder): Generator<Point> {
  const rng = studyRng(0, "feasibility");
  const count = Math.min(MAX_POINTS, Math.ceil(MAX_COORDINATES / encoder.dimensions.length));
  for (let n = 0; n < count; n++)
    yield maskInactive(
      encoder,
      encoder.dimensions.map((dimension) => draw(dimension, rng)),
    );
}

function draw(dimension: Dimension, rng: Rng): number {
  const u = rng();
  if (dimension.kind === "continuous") return u;
  if (dimension.kind === "categorical") return Math.floor(u * dimension.choices);
  return positionOf(dimension, levelAt(dimension, u));
}

function blame(space: SearchSpace, tried: readonly Params[], exhaustive: boolean): FieldError[] {
  const amount = exhaustive ? "No point of the space" : "No one of thousands of random points";
  const never = space.constraints.flatMap((source, index) => {
    const compiled = compileConstraint(source, space.parameters);
    if (!compiled.ok) return [];
    const objections = tried.map((params) => compiled.constraint.objection(params));
    if (objections.includes(null)) return [];
    const message = `${amount} satisfies this constraint. The first one tried: ${objections[0] ?? "none"}`;
    return [
      {
        pointer: `/constraints/${index}`,
        code: "infeasible",
        message,
        hint: "Widen the ranges, or relax it.",
      },
    ];
  });
  if (never.length > 0) return never;
  const message = `${amount} satisfies all constraints together.`;
  return [
    {
      pointer: "/constraints",
      code: "infeasible",
      message,
      hint: "Widen the ranges, or relax a constraint.",
    },
  ];
}
