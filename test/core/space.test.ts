import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkSpace } from "../../core/check-space.ts";
import type { FieldError } from "../../core/errors.ts";
import { parameterSchema } from "../../core/space.ts";
import { SPACES } from "../support/spaces.ts";

type Input = z.input<typeof parameterSchema>;

function check(parameters: Input[], constraints: string[] = []): FieldError[] {
  return checkSpace({
    parameters: parameters.map((parameter) => parameterSchema.parse(parameter)),
    constraints,
  });
}

const float = (more: Partial<Extract<Input, { type: "float" }>> = {}): Input => ({
  name: "x",
  type: "float",
  low: 0,
  high: 1,
  ...more,
});
const int = (more: Partial<Extract<Input, { type: "int" }>> = {}): Input => ({
  name: "x",
  type: "int",
  low: 1,
  high: 9,
  ...more,
});
const choice: Input = { name: "c", type: "categorical", choices: ["a", "b"] };

describe("the parameter schema", () => {
  test("fills in the scale and keeps the rest", () => {
    expect(parameterSchema.parse(float())).toEqual({
      name: "x",
      type: "float",
      low: 0,
      high: 1,
      scale: "linear",
    });
  });

  test.each([["lr"], ["model.lr"], ["_x"], ["batch-size"], ["A.b_c-9"], ["constructor"], ["x".repeat(64)]])(
    "a parameter may be called %s",
    (name) => {
      expect(parameterSchema.safeParse(float({ name })).success).toBe(true);
    },
  );

  test.each([
    [""],
    ["9x"],
    ["a b"],
    ["a/b"],
    [".x"],
    ["-x"],
    ["é"],
    ["__proto__"],
    ["x".repeat(65)],
    ["a\n"],
  ])("no parameter may be called %j", (name) => {
    expect(parameterSchema.safeParse(float({ name })).success).toBe(false);
  });

  test.each<[string, unknown]>([
    ["a number in quotes", { ...float(), low: "0" }],
    ["an infinite bound", float({ high: Number.POSITIVE_INFINITY })],
    ["a NaN bound", float({ low: Number.NaN })],
    ["a fractional int", int({ high: 9.5 })],
    ["an int past 2^53 - 1", int({ high: 2 ** 53 })],
    ["a step of zero", float({ step: 0 })],
    ["a negative step", int({ step: -1 })],
    ["a fractional step of an int", int({ step: 0.5 })],
    ["a prior without spread", float({ prior: { mean: 0.5, std: 0 } })],
    ["no choices", { ...choice, choices: [] }],
    ["no values", { name: "o", type: "ordinal", values: [] }],
    ["numbers and texts mixed in an ordinal", { name: "o", type: "ordinal", values: [1, "a"] }],
    ["a weight of zero", { ...choice, weights: [1, 0] }],
    ["a choice that is not JSON", { ...choice, choices: [Number.NaN] }],
    ["an unknown field", { ...float(), lowest: 1 }],
    ["an unknown type", { ...float(), type: "double" }],
    ["a fixed parameter without a value", { name: "f", type: "fixed" }],
    ["a default on a fixed parameter", { name: "f", type: "fixed", value: 1, default: 2 }],
    ["an empty condition", { ...float(), when: { parameter: "c", in: [] } }],
  ])("%s is refused", (_, parameter) => {
    expect(parameterSchema.safeParse(parameter).success).toBe(false);
  });

  test("has a JSON schema, for the API's description", () => {
    const schema = z.toJSONSchema(parameterSchema, { io: "input" });
    expect(schema.oneOf ?? schema.anyOf).toHaveLength(5);
  });
});

describe("a space that can never work is refused", () => {
  test.each<[string, Input[], Partial<FieldError>]>([
    ["names twice", [float(), int()], { pointer: "/parameters/1/name", code: "duplicate-name" }],
    ["low above high", [float({ low: 2 })], { pointer: "/parameters/0/low", code: "range-order" }],
    [
      "a single value",
      [int({ low: 3, high: 3 })],
      { pointer: "/parameters/0/high", code: "empty-range", hint: "Use { name: x, type: fixed, value: 3 }." },
    ],
    ["an overflowing range", [float({ low: -1.7e308, high: 1.7e308 })], { code: "range-size" }],
    ["log from zero", [float({ scale: "log" })], { pointer: "/parameters/0/low", code: "log-scale-low" }],
    ["reverse-log from below zero", [int({ low: -1, scale: "reverse-log" })], { code: "log-scale-low" }],
    [
      "a float step that misses high",
      [float({ low: 0.1, high: 0.9, step: 0.3 })],
      { pointer: "/parameters/0/high", code: "not-whole-steps", hint: "Use high: 0.7, or another step." },
    ],
    [
      "an int step that misses high",
      [int({ step: 3 })],
      { code: "not-whole-steps", hint: "Use high: 7, or another step." },
    ],
    [
      "a step wider than the range",
      [int({ step: 20 })],
      { code: "not-whole-steps", hint: "Use a step of at most 8." },
    ],
    ["a step wider than a float range", [float({ step: 3 })], { code: "not-whole-steps" }],
    ["a step on a log float", [float({ low: 0.1, scale: "log", step: 0.1 })], { code: "step-on-log-scale" }],
    [
      "a step that doubles cannot tell apart",
      [float({ low: 1e9, high: 1e9 + 1, step: 1e-6 })],
      { code: "step-size" },
    ],
    ["more integers than doubles", [int({ low: -(2 ** 52), high: 2 ** 52 })], { code: "range-size" }],
    ["log integers past 2^40", [int({ high: 2 ** 41, scale: "log" })], { code: "range-size" }],
    [
      "a prior outside the range",
      [float({ prior: { mean: 2, std: 1 } })],
      { pointer: "/parameters/0/prior/mean" },
    ],
    [
      "a default outside the range",
      [float({ default: 2 })],
      { pointer: "/parameters/0/default", code: "default-out-of-domain" },
    ],
    ["a default between steps", [float({ step: 0.5, default: 0.3 })], { code: "default-out-of-domain" }],
    ["a default that is no choice", [{ ...choice, default: "z" }], { code: "default-out-of-domain" }],
    [
      "a choice twice",
      [
        {
          ...choice,
          choices: [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ],
        },
      ],
      { pointer: "/parameters/0/choices/1" },
    ],
    [
      "too few weights",
      [{ ...choice, weights: [1] }],
      { pointer: "/parameters/0/weights", code: "weights-length" },
    ],
    [
      "ordinal numbers out of order",
      [{ name: "o", type: "ordinal", values: [1, 4, 2] }],
      {
        pointer: "/parameters/0/values/2",
        code: "not-ascending",
        hint: "Write [1, 2, 4], or use type categorical.",
      },
    ],
    [
      "an ordinal text twice",
      [{ name: "o", type: "ordinal", values: ["s", "s"] }],
      { code: "duplicate-value" },
    ],
    [
      "an unknown parent",
      [choice, float({ when: { parameter: "cc", in: ["a"] } })],
      { pointer: "/parameters/1/when/parameter", code: "unknown-parameter", hint: 'Did you mean "c"?' },
    ],
    ["a parent of itself", [float({ when: { parameter: "x", in: [1] } })], { code: "when-cycle" }],
    [
      "a cycle of three",
      [
        { ...choice, name: "a", when: { parameter: "b", in: ["a"] } },
        { ...choice, name: "b", when: { parameter: "c", in: ["a"] } },
        { ...choice, name: "c", when: { parameter: "a", in: ["a"] } },
      ],
      {
        pointer: "/parameters/0/when/parameter",
        code: "when-cycle",
        message: expect.stringContaining('"a" → "b" → "c" → "a"'),
      },
    ],
    [
      "a float as parent",
      [float({ name: "p" }), float({ when: { parameter: "p", in: [0.5] } })],
      { code: "when-parent-continuous" },
    ],
    [
      "a value that the parent never has",
      [int({ name: "p", step: 2 }), float({ when: { parameter: "p", in: [3, 4] } })],
      { pointer: "/parameters/1/when/in/1", code: "when-value" },
    ],
    [
      "a value as text that the parent has as number",
      [int({ name: "p" }), float({ when: { parameter: "p", in: ["3"] } })],
      { code: "when-value" },
    ],
    [
      "a value that a fixed parent does not have",
      [{ name: "p", type: "fixed", value: 1 }, float({ when: { parameter: "p", in: [2] } })],
      { code: "when-value" },
    ],
    [
      "a value twice in a condition",
      [choice, float({ when: { parameter: "c", in: ["a", "a"] } })],
      { pointer: "/parameters/1/when/in/1", code: "duplicate-value" },
    ],
  ])("%s", (_, parameters, expected) => {
    const errors = check(parameters);
    expect(errors[0]).toMatchObject(expected);
    for (const error of errors) expect(error.hint).toBeTruthy();
  });

  test("every broken rule is reported, not only the first", () => {
    const errors = check(
      [float({ low: 2 }), int({ name: "n", step: 3 }), { ...choice, weights: [1] }],
      ["y > 1"],
    );
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      "/parameters/0/low",
      "/parameters/1/high",
      "/parameters/2/weights",
      "/constraints/0",
    ]);
  });
});

test("a wrong default is reported beside wrong weights, and a condition on the same parameter too", () => {
  const errors = check([
    { ...choice, weights: [1], default: "z" },
    float({ when: { parameter: "c", in: ["y"] } }),
  ]);
  expect(errors.map(({ pointer }) => pointer)).toEqual([
    "/parameters/0/weights",
    "/parameters/0/default",
    "/parameters/1/when/in/0",
  ]);
});

describe("a space that works is accepted", () => {
  test.each(Object.entries(SPACES))("%s", (_, space) => {
    expect(checkSpace(space)).toEqual([]);
  });

  test.each<[string, Input[]]>([
    ["steps whose floating-point sum misses high", [float({ low: 0.1, high: 0.9, step: 0.1 })]],
    ["a million fine steps", [float({ low: 0, high: 1, step: 1e-6 })]],
    [
      "a parent that is itself conditional, declared later",
      [
        float({ when: { parameter: "b", in: ["a"] } }),
        { ...choice, name: "b", when: { parameter: "c", in: ["b"] } },
        choice,
      ],
    ],
    [
      "a fixed parent",
      [{ name: "p", type: "fixed", value: [1] }, float({ when: { parameter: "p", in: [[1]] } })],
    ],
    ["a huge range of integers", [int({ low: 0, high: 2 ** 49 })]],
    ["everything from -1e308 to 0.7e308", [float({ low: -1e308, high: 0.7e308 })]],
  ])("%s", (_, parameters) => {
    expect(check(parameters)).toEqual([]);
  });
});

describe("constraints of a space", () => {
  test("that no point of a small space satisfies are named, after all points were tried", () => {
    expect(check([int(), int({ name: "y" })], ["x < y", "x * y > 81"])).toMatchObject([
      {
        pointer: "/constraints/1",
        code: "infeasible",
        message: expect.stringContaining("No point of the space"),
      },
    ]);
    expect(check([int(), int({ name: "y" })], ["x * y >= 81"])).toEqual([]);
  });

  test("are tried on all values of the parameters that they name, however large the rest of the space is", () => {
    const rest = Array.from({ length: 20 }, (_, i): Input => float({ name: `r${i}` }));
    const parameters = [...rest, int({ high: 100 }), int({ name: "y", high: 100 })];
    expect(check(parameters, ["x == 77 && y == 33"])).toEqual([]);
  });

  test("that exclude each other are refused together", () => {
    expect(check([float()], ["x < 0.4", "x > 0.6"])).toMatchObject([
      { pointer: "/constraints", code: "infeasible" },
    ]);
  });

  test("that name a parameter count only where it is active", () => {
    const parameters: Input[] = [choice, float({ when: { parameter: "c", in: ["a"] } })];
    expect(check(parameters, ["x > 2"])).toEqual([]);
    expect(check(parameters, ["x > 2", 'c == "a"'])).toMatchObject([
      { pointer: "/constraints", code: "infeasible" },
    ]);
  });

  test("that do not compile are errors at their place", () => {
    expect(check([float()], ["x < 1", "xx < 1"])).toMatchObject([
      { pointer: "/constraints/1", code: "unknown-parameter", hint: 'Did you mean "x"?' },
    ]);
  });
});
