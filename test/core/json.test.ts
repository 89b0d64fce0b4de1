import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, isJson, type Json, jsonSchema, sameJson } from "../../core/json.ts";

describe("JSON values", () => {
  test.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [undefined],
    [() => 0],
    [Symbol("x")],
    [1n],
    [new Date()],
    [new Map()],
    [{ a: { b: undefined } }],
    [[1, Number.NaN]],
  ])("%s is none", (value) => {
    expect(jsonSchema.safeParse(value).success).toBe(false);
  });

  test("nesting past 32 levels is refused, however deep", () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 32; depth++) value = [value];
    expect(isJson(value)).toBe(true);
    expect(isJson([value])).toBe(false);
    for (let depth = 0; depth < 100_000; depth++) value = [value];
    expect(isJson(value)).toBe(false);
  });

  test("equality survives a round trip and ignores the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const again = JSON.parse(JSON.stringify(value)) as Json;
        expect(sameJson(value as Json, again)).toBe(true);
        expect(sameJson(reversed(again), again)).toBe(true);
        expect(JSON.parse(canonicalJson(again))).toEqual(again);
      }),
    );
  });

  test.each<[Json, Json]>([
    [1, "1"],
    [0, false],
    [null, false],
    [[], {}],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 2 }],
    ["a", '"a"'],
  ])("%j and %j differ", (a, b) => {
    expect(sameJson(a, b)).toBe(false);
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item as Json)]),
  );
}
