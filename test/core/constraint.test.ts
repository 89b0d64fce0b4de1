import { describe, expect, test } from "vitest";
import { compileConstraint } from "../../core/constraint.ts";
import type { Json } from "../../core/json.ts";
import { parameterSchema } from "../../core/space.ts";

const PARAMETERS = [
  { name: "batch", type: "ordinal", values: [16, 32, 64] },
  { name: "accumulate", type: "int", low: 1, high: 8 },
  { name: "lr", type: "float", low: 0, high: 1 },
  { name: "optimizer", type: "categorical", choices: ["sgd", "adam"] },
  { name: "optimizer.lr", type: "float", low: 0, high: 1 },
  { name: "model.net.depth", type: "int", low: 1, high: 9 },
  { name: "batch-size", type: "int", low: 1, high: 9 },
  { name: "loop", type: "int", low: 1, high: 9 },
  { name: "amp", type: "categorical", choices: [true, false] },
  { name: "any", type: "categorical", choices: [1, "a", { k: 2 }, null] },
  { name: "epochs", type: "fixed", value: 10 },
].map((parameter) => parameterSchema.parse(parameter));

const PARAMS: Record<string, Json> = {
  batch: 32,
  accumulate: 4,
  lr: 0.5,
  optimizer: "adam",
  "optimizer.lr": 0.25,
  "model.net.depth": 3,
  "batch-size": 5,
  loop: 7,
  amp: true,
  any: 1,
  epochs: 10,
};

function compile(source: string) {
  const compiled = compileConstraint(source, PARAMETERS);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.constraint;
}

function problem(source: string) {
  const compiled = compileConstraint(source, PARAMETERS);
  if (compiled.ok) throw new Error("it compiled");
  return compiled.problem;
}

describe("a constraint", () => {
  test.each([
    ["batch * accumulate <= 128", true],
    ["batch * accumulate <= 127", false],
    ["lr * batch <= 16", true],
    ["batch * 0.5 == 16", true],
    ["batch % 3 == 2", true],
    ["accumulate / 8 == 0.5", true],
    ["1 / 2 * lr == 0.25", true],
    ["-accumulate < -3", true],
    ["batch in [16, 32]", true],
    ["batch == 0x20", true],
    ["lr < 1e2 && (batch > 100 || amp)", true],
    ['optimizer == "adam" ? lr < 0.4 : lr < 0.9', false],
    ["optimizer.lr * 4 == 1", true],
    ['optimizer.startsWith("a") && size(optimizer) == 4', true],
    ["lr * optimizer.size() == 2 && [1, 2].size() < batch", true],
    ["model.net.depth <= 3", true],
    ['params["batch-size"] == 5', true],
    ['params["loop"] > params["batch-size"]', true],
    ["!amp", false],
    ["any == 1", true],
    ["max(batch, accumulate, 40) == 40", true],
    ["log2(batch) == 5 && floor(lr) == 0 && pow(2, 3) < batch", true],
    ["epochs == 10", true],
    ['optimizer == "2 * batch"', false],
  ])("%s is %s", (source, expected) => {
    expect(compile(source).objection(PARAMS) === null).toBe(expected);
  });

  test("says which one does not hold", () => {
    expect(compile("batch < 16").objection(PARAMS)).toBe('"batch < 16" does not hold.');
  });

  test("names the parameters that it uses, and is skipped when one of them is inactive", () => {
    const constraint = compile("lr < 0.1 || optimizer.lr > 1");
    expect(constraint.parameters).toEqual(["lr", "optimizer.lr"]);
    const { "optimizer.lr": _, ...without } = PARAMS;
    expect(constraint.objection(PARAMS)).not.toBeNull();
    expect(constraint.objection(without)).toBeNull();
  });

  test("one that cannot be evaluated does not hold, and says why", () => {
    expect(compile("any < 2").objection(PARAMS)).toBeNull();
    expect(compile("any < 2").objection({ ...PARAMS, any: "a" })).toMatch(/cannot be evaluated/);
    expect(compile("any.k == 2").objection({ ...PARAMS, any: { k: 2 } })).toBeNull();
    expect(compile("any.constructor == 2").objection({ ...PARAMS, any: {} })).toMatch(/cannot be evaluated/);
  });

  test.each([
    ["batch <=", "constraint-syntax", "at character 9"],
    ["batch ==\n  $", "constraint-syntax", "at character 12"],
    ['batch < "a"', "constraint-syntax", "double < string"],
    ["accumulate * 2 > 1 && amp < 3", "constraint-syntax", "at character 23"],
    ["loop > 1", "constraint-syntax", "Reserved identifier: loop"],
    ["batch", "constraint-type", "is a double"],
    ["1 < 2", "constraint-constant", "names no parameter"],
    ["bach > 1", "unknown-parameter", '"bach" at character 1'],
    ["model.net.deep > 1", "unknown-parameter", '"model.net.deep"'],
    ["[1, 2].all(x, x > lr)", "constraint-function", '"all"'],
    ['optimizer.matches("(a+)+$")', "constraint-function", '"matches"'],
    ["foo(lr) > 1", "constraint-function", '"foo"'],
    ["has(any.k)", "constraint-function", '"has"'],
    ['{"a": lr}.a > 1', "constraint-syntax", "maxMapEntries"],
    [`lr < ${"1 + ".repeat(300)}1`, "constraint-length", "characters"],
    [`lr < ${"1+".repeat(300)}1`, "constraint-syntax", "maxAstNodes"],
    [`lr < ${"(".repeat(100)}1${")".repeat(100)}`, "constraint-syntax", "maxDepth"],
  ])("%j is refused as %s", (source, code, words) => {
    const found = problem(source);
    expect(found.code).toBe(code);
    expect(found.message).toContain(words);
    expect(found.hint).toBeTruthy();
  });

  test("a mistyped parameter or function names the one that was meant", () => {
    expect(problem("bach > 1").hint).toBe('Did you mean "batch"?');
    expect(problem("maxx(lr, 2) > 1").hint).toBe('Did you mean "max"?');
  });
});
