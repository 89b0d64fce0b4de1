import { describe, expect, test } from "vitest";
import { createEncoder } from "../../core/encode.ts";
import type { Params } from "../../core/space.ts";
import { SPACES, spaceOf } from "../support/spaces.ts";

const conditional = createEncoder(SPACES.conditional);

describe("encoding", () => {
  test("fixed parameters are no dimensions, yet part of the params", () => {
    const encoder = createEncoder(SPACES.numeric);
    expect(encoder.dimensions).toHaveLength(6);
    expect(encoder.decode([0, 0, 0, 0, 0, 0])).toEqual({
      lr: 1e-5,
      decay: -1,
      momentum: 1,
      width: 8,
      dropout: 0,
      seed: 0,
      epochs: 3,
    });
    expect(encoder.decode([1, 1, 1, 1, 1, 1])).toMatchObject({
      lr: 1,
      decay: 1,
      momentum: 0.01,
      width: 1024,
      seed: 1e6,
    });
  });

  test("stepped floats are the decimals that a person would write", () => {
    const encoder = createEncoder(spaceOf([{ name: "x", type: "float", low: 0.1, high: 0.9, step: 0.1 }]));
    const values = Array.from({ length: 9 }, (_, level) => encoder.decode([(level + 0.5) / 9]).x);
    expect(values).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(encoder.checkParams({ x: 0.1 + 0.2 })).toEqual([]);
    expect(encoder.checkParams({ x: 0.35 })).toMatchObject([{ code: "out-of-domain" }]);
  });

  test("categorical and ordinal values keep their type and structure", () => {
    const encoder = createEncoder(SPACES.mixed);
    expect(encoder.dimensions[0]).toEqual({
      kind: "categorical",
      choices: 3,
      weights: [1 / 8, 2 / 8, 5 / 8],
    });
    expect(encoder.decode([2, 0.9, 0.1, 0.5, 0.5])).toMatchObject({
      optimizer: { name: "lion" },
      batch: 128,
      size: "small",
    });
  });

  test("priors move into unit space", () => {
    const [, , , lr, layers] = createEncoder(SPACES.mixed).dimensions;
    expect(lr).toMatchObject({ prior: { mean: 0.5, std: expect.closeTo(1 / Math.log(1e4), 12) } });
    expect(layers).toMatchObject({
      levels: 5,
      prior: { mean: expect.closeTo(0.3, 12), std: expect.closeTo(0.2, 12) },
    });
  });

  test("integers on a log scale take shares of the unit interval in proportion to 1/value", () => {
    const encoder = createEncoder(spaceOf([{ name: "n", type: "int", low: 1, high: 100, scale: "log" }]));
    const counts = new Map<number, number>();
    for (let i = 0; i < 100_000; i++) {
      const n = Number(encoder.decode([(i + 0.5) / 100_000]).n);
      counts.set(n, (counts.get(n) ?? 0) + 1);
    }
    expect(counts.size).toBe(100);
    const share = (n: number) => counts.get(n)! / counts.get(10)!;
    for (const n of [1, 2, 5, 20, 50, 99, 100]) expect(Math.abs((share(n) * n) / 10 - 1)).toBeLessThan(0.1);
  });
});

describe("activity", () => {
  test("children of an inactive parent are inactive too, fixed ones included", () => {
    expect(conditional.activity.map(({ child, parent }) => [parent, child])).toEqual([
      [0, 1],
      [0, 2],
      [2, 3],
      [0, 4],
    ]);
    expect(conditional.decode([0, null, null, null, null])).toEqual({ model: "linear" });
    expect(conditional.decode([1, 0.1, null, null, null])).toEqual({
      model: "tree",
      "tree.depth": 1,
      "tree.criterion": "gini",
    });
    expect(conditional.decode([2, null, 0.5, 0.9, 1])).toEqual({
      model: "net",
      "net.layers": 2,
      "net.width2": 16,
      "net.lr": 1,
    });
  });

  test("a fixed parent passes on its own condition", () => {
    const encoder = createEncoder(
      spaceOf([
        { name: "x", type: "float", low: 0, high: 1, when: { parameter: "middle", in: [7] } },
        { name: "middle", type: "fixed", value: 7, when: { parameter: "top", in: ["on"] } },
        { name: "top", type: "categorical", choices: ["off", "on"] },
      ]),
    );
    expect(encoder.activity).toEqual([{ child: 0, parent: 1, levels: [1] }]);
    expect(encoder.decode([null, 0])).toEqual({ top: "off" });
    expect(encoder.decode([0.5, 1])).toEqual({ x: 0.5, middle: 7, top: "on" });
  });

  test("parents come before children, however they are declared", () => {
    const encoder = createEncoder(
      spaceOf([
        { name: "c", type: "float", low: 0, high: 1, when: { parameter: "b", in: [1] } },
        { name: "b", type: "int", low: 0, high: 1, when: { parameter: "a", in: [1] } },
        { name: "a", type: "int", low: 0, high: 1 },
      ]),
    );
    expect(encoder.activity.map(({ child }) => child)).toEqual([1, 0]);
  });
});

describe("the number of points", () => {
  test.each([
    ["finite", 6],
    ["conditional", Number.POSITIVE_INFINITY],
    ["numeric", Number.POSITIVE_INFINITY],
    ["oneValue", Number.POSITIVE_INFINITY],
  ] as const)("of %s is %d", (name, expected) => {
    expect(createEncoder(SPACES[name]).cardinality()).toBe(expected);
  });

  test("counts inactive parameters once", () => {
    const encoder = createEncoder(
      spaceOf([
        { name: "a", type: "categorical", choices: ["x", "y", "z"] },
        { name: "b", type: "int", low: 1, high: 10, when: { parameter: "a", in: ["x"] } },
      ]),
    );
    expect(encoder.cardinality()).toBe(12);
  });
});

describe("values from outside", () => {
  const valid: Params = { model: "net", "net.layers": 1, "net.lr": 0.1 };

  test("are accepted when they lie in the space", () => {
    expect(conditional.checkParams(valid)).toEqual([]);
    expect(conditional.checkParams({ model: "tree", "tree.depth": 5 })).toEqual([]);
    expect(conditional.checkParams({ model: "tree", "tree.depth": 5, "tree.criterion": "gini" })).toEqual([]);
  });

  test.each<[string, Params, object]>([
    [
      "a text in place of a number",
      { ...valid, "net.lr": "0.1" },
      { pointer: "/net.lr", code: "out-of-domain", hint: expect.stringContaining("without quotes") },
    ],
    ["a value past the end", { ...valid, "net.lr": 1.5 }, { pointer: "/net.lr", code: "out-of-domain" }],
    [
      "a fraction for an int",
      { ...valid, "net.layers": 1.5 },
      { pointer: "/net.layers", code: "out-of-domain" },
    ],
    ["an unknown choice", { model: "nets" }, { pointer: "/model", code: "out-of-domain" }],
    ["a missing value", { model: "net", "net.layers": 1 }, { pointer: "/net.lr", code: "missing" }],
    [
      "an inactive value",
      { ...valid, "tree.depth": 1 },
      { pointer: "/tree.depth", code: "inactive", message: expect.stringContaining('"model" is "net"') },
    ],
    [
      "an unknown name",
      { ...valid, "net.lrr": 1 },
      { pointer: "/net.lrr", code: "unknown-parameter", hint: 'Did you mean "net.lr"?' },
    ],
    [
      "another fixed value",
      { model: "tree", "tree.depth": 5, "tree.criterion": "entropy" },
      { pointer: "/tree.criterion", code: "out-of-domain" },
    ],
    [
      "a name of every object",
      { ...valid, toString: 1 },
      { pointer: "/toString", code: "unknown-parameter" },
    ],
  ])("%s is an error at its place", (_, params, expected) => {
    expect(conditional.checkParams(params)).toMatchObject([expected]);
    expect(() => conditional.encode(params)).toThrow(expect.objectContaining({ code: "invalid-params" }));
  });

  test("that break a constraint are refused with its text", () => {
    const encoder = createEncoder(SPACES.constrained);
    const params = { batch: 128, accumulate: 16, low: 0.1, high: 0.2 };
    expect(encoder.checkParams(params)).toMatchObject([
      { code: "constraint", message: 'The constraint "batch * accumulate <= 256" does not hold.' },
    ]);
    expect(encoder.checkParams({ ...params, accumulate: 2 })).toEqual([]);
  });

  test("are completed by fixed values and by the defaults of what is active", () => {
    const encoder = createEncoder(
      spaceOf([
        {
          name: "depth",
          type: "int",
          low: 1,
          high: 9,
          default: 3,
          when: { parameter: "kind", in: ["tree"] },
        },
        {
          name: "rate",
          type: "float",
          low: 0,
          high: 1,
          default: 0.5,
          when: { parameter: "kind", in: ["net"] },
        },
        { name: "kind", type: "categorical", choices: ["tree", "net"], default: "net" },
        { name: "epochs", type: "fixed", value: 10 },
        { name: "needed", type: "int", low: 0, high: 1 },
      ]),
    );
    expect(encoder.complete({})).toEqual({ rate: 0.5, kind: "net", epochs: 10 });
    expect(encoder.complete({ kind: "tree", needed: 1 })).toEqual({
      depth: 3,
      kind: "tree",
      epochs: 10,
      needed: 1,
    });
    expect(encoder.complete({ rate: 0.1, stranger: 1 })).toEqual({
      rate: 0.1,
      kind: "net",
      epochs: 10,
      stranger: 1,
    });
    expect(encoder.checkParams(encoder.complete({}))).toMatchObject([
      { pointer: "/needed", code: "missing" },
    ]);
  });
});

describe("what is no point of the space cannot be decoded", () => {
  test.each([
    ["too short", [0, null, null, null]],
    ["a choice that does not exist", [3, null, null, null, null]],
    ["a fractional choice", [0.5, null, null, null, null]],
    ["outside [0, 1]", [1, 1.01, null, null, null]],
    ["not a number", [1, Number.NaN, null, null, null]],
    ["active without a value", [1, null, null, null, null]],
    ["inactive with a value", [0, 0.5, null, null, null]],
    ["under an inactive parent", [1, 0.5, null, 0.5, null]],
  ])("%s", (_, point) => {
    expect(() => conditional.decode(point)).toThrow(expect.objectContaining({ code: "algorithm-failed" }));
  });
});
