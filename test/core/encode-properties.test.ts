import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskInactive } from "../../core/activity.ts";
import { checkSpace } from "../../core/check-space.ts";
import { coordinateAt, sizeOf } from "../../core/dimension.ts";
import { createEncoder } from "../../core/encode.ts";
import { type Parameter, parameterSchema, type SearchSpace } from "../../core/space.ts";

/** Doubles of every size, in order. */
const bounds = (low: number, high: number) =>
  fc
    .tuple(fc.double({ min: low, max: high, noNaN: true }), fc.double({ min: low, max: high, noNaN: true }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));

/** Bounds as people write them: few digits, many magnitudes. */
const decimals = fc
  .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: -9, max: 6 }))
  .map(([mantissa, exponent]) => Number(`${mantissa}e${exponent}`));
const humanBounds = fc
  .tuple(decimals, decimals)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));

const scale = fc.constantFrom("linear" as const, "log" as const, "reverse-log" as const);

const linearFloat = fc.oneof(bounds(-1e300, 1e300), bounds(-1, 1), bounds(1e9, 1e9 + 1)).map((range) => ({
  name: "x",
  type: "float",
  ...range,
}));
const logFloat = fc
  .tuple(fc.oneof(bounds(1e-300, 1e300), bounds(1e-6, 1), bounds(5e-324, 1e-300), humanBounds), scale)
  .map(([range, scale]) => ({ name: "x", type: "float", scale, ...range }));
const steppedFloat = fc
  .tuple(decimals, fc.boolean(), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: -500, max: 500 }))
  .map(([step, negative, count, offset]) => {
    const places = Math.max(0, -Number(step.toExponential().split("e")[1]) + 3);
    const low = Number((step * (negative ? -Math.abs(offset) : offset)).toFixed(places));
    return { name: "x", type: "float", low, high: Number((low + step * count).toFixed(places)), step };
  });
const linearInt = fc
  .tuple(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 1000 }))
  .map(([low, count, step]) => ({ name: "x", type: "int", low, high: low + count * step, step }));
const scaledInt = fc
  .tuple(
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 1, max: 2 ** 29 }),
    fc.integer({ min: 1, max: 100 }),
    scale,
  )
  .map(([low, count, step, scale]) => ({
    name: "x",
    type: "int",
    low,
    high: low + count * step,
    step,
    scale,
  }));
const hugeInt = fc
  .constantFrom(
    { low: -(2 ** 53) + 1, high: -(2 ** 53) + 2 ** 49 },
    { low: 0, high: 2 ** 50 - 1 },
    { low: 7, high: 2 ** 49 },
  )
  .map((range) => ({ name: "x", type: "int", ...range }));
const hugeLogInt = fc
  .constantFrom({ low: 1, high: 2 ** 40 }, { low: 2 ** 39, high: 2 ** 40 }, { low: 1, high: 2 })
  .chain((range) => scale.map((scale) => ({ name: "x", type: "int", scale, ...range })));
const ordinal = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
  minLength: 1,
  maxLength: 50,
  comparator: (a, b) => a === b,
});
const listed = fc.oneof(
  ordinal.map((values) => ({
    name: "x",
    type: "ordinal",
    values: values.map((v) => v + 0).sort((a, b) => a - b),
  })),
  fc
    .uniqueArray(fc.jsonValue({ maxDepth: 2 }), {
      minLength: 1,
      maxLength: 20,
      selector: (v) => JSON.stringify(v),
    })
    .map((choices) => ({ name: "x", type: "categorical", choices })),
);

const anyParameter = fc
  .oneof(linearFloat, logFloat, steppedFloat, linearInt, scaledInt, hugeInt, hugeLogInt, listed)
  .map((parameter) => parameterSchema.safeParse(parameter))
  .filter((result) => result.success)
  .map((result) => result.data as Parameter)
  .filter((parameter) => checkSpace({ parameters: [parameter], constraints: [] }).length === 0);

const unit = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 2 ** 20 }).map((k) => k / 2 ** 20),
  fc.constantFrom(0, 1, Number.MIN_VALUE, 1e-300, 1e-17, 0.5, 1 - 2 ** -53),
);

const one = (parameter: Parameter) => createEncoder({ parameters: [parameter], constraints: [] });

describe("a value that a space can produce", () => {
  test("survives encoding and decoding bit for bit, and lies in the space", () => {
    fc.assert(
      fc.property(anyParameter, unit, (parameter, u) => {
        const encoder = one(parameter);
        const dimension = encoder.dimensions[0]!;
        const coordinate = dimension.kind === "categorical" ? Math.floor(u * (dimension.choices - 1)) : u;
        const params = encoder.decode([coordinate]);
        expect(encoder.checkParams(params)).toEqual([]);
        const point = encoder.encode(params);
        expect(encoder.decode(point)).toStrictEqual(params);
        expect(encoder.encode(encoder.decode(point))).toStrictEqual(point);
      }),
      { numRuns: 3000 },
    );
  });

  test("is never -0, which JSON would turn into 0", () => {
    fc.assert(
      fc.property(anyParameter, unit, (parameter, u) => {
        const dimension = one(parameter).dimensions[0]!;
        const { x } = one(parameter).decode([dimension.kind === "categorical" ? 0 : u]);
        expect(typeof x === "number" && Object.is(x, -0) && parameter.type !== "categorical").toBe(false);
      }),
    );
  });

  test("grows, or falls, steadily with its coordinate", () => {
    fc.assert(
      fc.property(anyParameter, unit, unit, (parameter, u, v) => {
        if (parameter.type !== "float" && parameter.type !== "int") return;
        const [a, b] = [Math.min(u, v), Math.max(u, v)].map((c) => Number(one(parameter).decode([c]).x)) as [
          number,
          number,
        ];
        const narrow = Math.log(parameter.high / parameter.low) < 1e-3 && parameter.type === "float";
        if (parameter.scale === "reverse-log" && !narrow) expect(b).toBeLessThanOrEqual(a);
        else expect(b).toBeGreaterThanOrEqual(a);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("every level of a finite parameter", () => {
  test("has a coordinate that stands for it alone", () => {
    fc.assert(
      fc.property(
        anyParameter,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (parameter, share) => {
          const encoder = one(parameter);
          const dimension = encoder.dimensions[0]!;
          if (dimension.kind === "continuous") return;
          const size = sizeOf(dimension);
          for (const level of new Set([0, 1, Math.floor(share * size), size - 2, size - 1])) {
            if (level < 0 || level >= size) continue;
            const coordinate = coordinateAt(dimension, level);
            const params = encoder.decode([coordinate]);
            expect(encoder.encode(params)).toStrictEqual([coordinate]);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("of an int is one of low, low + step, … high, with both ends", () => {
    fc.assert(
      fc.property(fc.oneof(linearInt, scaledInt), unit, (raw, u) => {
        const parsed = parameterSchema.safeParse(raw);
        if (!parsed.success || checkSpace({ parameters: [parsed.data], constraints: [] }).length > 0) return;
        const encoder = one(parsed.data);
        const ends = [0, 1].map((end) => encoder.decode([end]).x as number).sort((a, b) => a - b);
        expect(ends).toEqual([raw.low, raw.high]);
        const x = encoder.decode([u]).x as number;
        expect((x - raw.low) % raw.step).toBe(0);
      }),
    );
  });
});

describe("a float that a person types", () => {
  test("with few digits keeps its exact value, on every scale", () => {
    fc.assert(
      fc.property(humanBounds, scale, fc.nat(), (range, scale, pick) => {
        const parameter = parameterSchema.parse({ name: "x", type: "float", scale, ...range });
        const encoder = one(parameter);
        const places = 9;
        const between = range.low + ((pick % 1000) / 1000) * (range.high - range.low);
        const x = Math.min(range.high, Math.max(range.low, Number(between.toPrecision(3))));
        // Next to a bound that is larger by twelve digits nothing is left of a value on the linear scales.
        if (scale !== "log" && Math.abs(x) < range.high * 10 ** -places) return;
        expect(encoder.decode(encoder.encode({ x }))).toStrictEqual({ x });
      }),
      { numRuns: 2000 },
    );
  });

  test("with more digits than the space produces is moved by less than a part in 10^11, once", () => {
    fc.assert(
      fc.property(
        fc.oneof(logFloat, linearFloat),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (raw, share) => {
          const parsed = parameterSchema.safeParse(raw);
          if (!parsed.success || checkSpace({ parameters: [parsed.data], constraints: [] }).length > 0)
            return;
          const encoder = one(parsed.data);
          const x = Math.min(raw.high, Math.max(raw.low, raw.low + share * (raw.high - raw.low)));
          const stored = encoder.decode(encoder.encode({ x }));
          expect(Math.abs(Number(stored.x) - x)).toBeLessThanOrEqual(
            1e-11 * Math.max(Math.abs(raw.low), Math.abs(raw.high)),
          );
          expect(encoder.decode(encoder.encode(stored))).toStrictEqual(stored);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("a conditional space", () => {
  /** A parent in each position; every child lists some of the parent's values. */
  const spaces = fc
    .array(fc.record({ parameter: anyParameter, parent: fc.nat(), pick: fc.nat() }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((nodes): SearchSpace => {
      const parameters = nodes.map(({ parameter, parent, pick }, index): Parameter => {
        const named = { ...parameter, name: `p${index}` };
        const above = index === 0 ? undefined : nodes[parent % index]!.parameter;
        if (!above || above.type === "float" || above.type === "fixed") return named;
        const values =
          above.type === "int"
            ? [above.low, above.high]
            : above.type === "ordinal"
              ? above.values
              : above.choices;
        const chosen = values.filter((_, at) => (pick >> at) & 1 || at === pick % values.length);
        return { ...named, when: { parameter: `p${parent % index}`, in: chosen } };
      });
      return { parameters: parameters.toReversed(), constraints: [] };
    });

  test("gives every point back exactly, with absent values for inactive coordinates", () => {
    fc.assert(
      fc.property(spaces, fc.array(unit, { minLength: 6, maxLength: 6 }), (space, uniforms) => {
        expect(checkSpace(space)).toEqual([]);
        const encoder = createEncoder(space);
        const coordinates = encoder.dimensions.map((dimension, index) =>
          dimension.kind === "categorical"
            ? Math.floor(uniforms[index]! * (dimension.choices - 1))
            : uniforms[index]!,
        );
        const point = maskInactive(encoder, coordinates);
        const params = encoder.decode(point);
        expect(encoder.checkParams(params)).toEqual([]);
        const again = encoder.encode(params);
        expect(again.map((x) => x === null)).toEqual(point.map((x) => x === null));
        expect(encoder.decode(again)).toStrictEqual(params);
      }),
      { numRuns: 500 },
    );
  });
});
