import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseFields } from "../../core/field-errors.ts";
import { studySpecSchema } from "../../core/study.ts";

function errorsOf(schema: z.ZodType, input: unknown) {
  const parsed = parseFields(schema, input);
  return parsed.ok ? [] : parsed.errors;
}

const study = {
  name: "s",
  parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
  objectives: [{ metric: "loss", goal: "minimize" }],
};

describe("field errors", () => {
  test("name every field that is wrong, each by its pointer", () => {
    const input = {
      ...study,
      name: "Not A Name",
      parallelism: "2",
      parameters: [{ name: "x", type: "float", low: null, high: 1, hihg: 2 }],
      budget: { maxTrials: 0 },
      objectives: [],
    };
    expect(errorsOf(studySpecSchema, input).map(({ pointer, code }) => [pointer, code])).toEqual(
      expect.arrayContaining([
        ["/name", "invalid-value"],
        ["/parallelism", "wrong-type"],
        ["/parameters/0/low", "wrong-type"],
        ["/parameters/0/hihg", "unknown-field"],
        ["/budget/maxTrials", "out-of-range"],
        ["/objectives", "out-of-range"],
      ]),
    );
  });

  test.each([
    [{ ...study, parralelism: 2 }, "/parralelism", 'Did you mean "parallelism"?'],
    [{ ...study, budget: { max_trials: 2 } }, "/budget/max_trials", 'Did you mean "maxTrials"?'],
    [
      { ...study, parameters: [{ name: "x", type: "flaot", low: 0, high: 1 }] },
      "/parameters/0/type",
      'Did you mean "float"?',
    ],
    [
      { ...study, parameters: [{ name: "x", type: "categorical", choises: [1], choices: [1] }] },
      "/parameters/0/choises",
      'Did you mean "choices"?',
    ],
    [
      { ...study, objectives: [{ metric: "m", goal: "maximise" }] },
      "/objectives/0/goal",
      'Did you mean "maximize"?',
    ],
    [
      { ...study, objectives: [{ metric: "m", goal: "minimize", strategy: { meanOfLst: 3 } }] },
      "/objectives/0/strategy/meanOfLst",
      'Did you mean "meanOfLast"?',
    ],
  ])("suggest the name that was meant (%#)", (input, pointer, hint) => {
    expect(errorsOf(studySpecSchema, input)).toContainEqual(expect.objectContaining({ pointer, hint }));
  });

  const parameter = (fields: object) => ({ ...study, parameters: [{ name: "x", ...fields }] });
  const range = { type: "float", low: 0, high: 1 };
  test.each<[object, string, string]>([
    [{ ...study, command: "python train.py" }, "/command", '[python, train.py, "{{args}}"]'],
    [{ ...study, algorithm: "gp" }, "/algorithm", "Write { name: gp }."],
    [{ ...study, earlyStopping: "median" }, "/earlyStopping", "Write { name: median }."],
    [
      parameter({ ...range, when: { parameter: "d", in: "bar" } }),
      "/parameters/0/when/in",
      "Write a list: [bar].",
    ],
    [{ ...study, parameters: { lr: range } }, "/parameters", "Write a list, each with its name"],
    [{ ...study, objectives: ["loss"] }, "/objectives/0", "Write { metric: loss, goal: minimize }"],
    [{ ...study, objectives: "loss" }, "/objectives", "Write { metric: loss, goal: minimize }"],
    [
      { ...study, objectives: [{ metric: "loss" }] },
      "/objectives/0/goal",
      'Give one of "minimize", "maximize".',
    ],
    [{ ...study, maxTrials: 30 }, "/maxTrials", 'Did you mean "budget.maxTrials"?'],
    [parameter({ type: "float", min: 0, max: 1 }), "/parameters/0/min", 'Did you mean "low"?'],
    [parameter({ type: "float", min: 0, max: 1 }), "/parameters/0/max", 'Did you mean "high"?'],
    [parameter({ ...range, log: true }), "/parameters/0/log", "Write scale: log."],
    [parameter({ ...range, scale: "logarithmic" }), "/parameters/0/scale", 'Did you mean "log"?'],
    [parameter({ ...range, type: "integer" }), "/parameters/0/type", 'Did you mean "int"?'],
    [parameter({ type: "choice", choices: [1] }), "/parameters/0/type", 'Did you mean "categorical"?'],
    [
      { ...study, objectives: [{ metric: "m", goal: "min" }] },
      "/objectives/0/goal",
      'Did you mean "minimize"?',
    ],
    [{ ...study, budget: { maxWallTimeSeconds: "1h" } }, "/budget/maxWallTimeSeconds", "in seconds: 3600."],
    [parameter({ ...range, high: null }), "/parameters/0/high", "Give a finite number"],
  ])("show the way out of a usual mistake (%#)", (input, pointer, hint) => {
    expect(errorsOf(studySpecSchema, input)).toContainEqual(
      expect.objectContaining({ pointer, hint: expect.stringContaining(hint) }),
    );
  });

  test("take a field for a study's only where there is its place", () => {
    const [error] = errorsOf(z.strictObject({ lease: z.number().optional() }), { maxTrials: 3 });
    expect(error?.hint).toBe("There are: lease.");
    const [other] = errorsOf(studySpecSchema, parameter({ type: "categorical", choices: [1, 2], min: 1 }));
    expect(other?.hint).not.toContain("low");
  });

  test("name the field that is missing, and count in words that fit", () => {
    const input = {
      ...study,
      objectives: [{ metric: "m" }],
      parameters: [{ name: "c", type: "categorical", choices: [] }],
    };
    expect(errorsOf(studySpecSchema, input).map(({ message }) => message)).toEqual([
      "Must have at least 1 entry, has 0.",
      '"goal" is missing.',
    ]);
  });

  test("say of a quoted number that it goes without quotes", () => {
    expect(errorsOf(z.object({ low: z.number() }), { low: "0.1" })).toEqual([
      {
        pointer: "/low",
        code: "wrong-type",
        message: 'Expected a number, got "0.1".',
        hint: "Write 0.1 without quotes.",
      },
    ]);
  });

  test("say in the schema's words what a text must look like", () => {
    expect(errorsOf(studySpecSchema, { ...study, name: "Not A Name" })).toEqual([
      {
        pointer: "/name",
        code: "invalid-value",
        message: '"Not A Name" is not allowed here.',
        hint: "Lower-case letters, digits and dashes, at most 63, starting with a letter or digit.",
      },
    ]);
    expect(errorsOf(z.object({ id: z.uuid() }), { id: "7" })).toEqual([
      { pointer: "/id", code: "invalid-value", message: '"7" is no uuid.' },
    ]);
  });

  test("escape pointers and shorten what they show", () => {
    const [error] = errorsOf(z.record(z.string(), z.number()), { "a/b~c": "x".repeat(5000) });
    expect(error?.pointer).toBe("/a~1b~0c");
    expect(error?.message.length).toBeLessThan(200);
  });

  test("of a deep document stay short, whatever was sent", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level++) deep = [deep];
    expect(errorsOf(studySpecSchema, deep)[0]?.message).toBe("Expected an object, got an array of 1.");
  });
});
