import fc from "fast-check";
import { expect, test } from "vitest";
import {
  keysOf,
  listOf,
  listText,
  pointerOf,
  readSpec,
  textOfSpec,
  writeValue,
} from "../../web/pages/new-study/spec-text.ts";

const TEXT = `# A study
name: a # its name
parameters:
  - { name: lr, type: float, low: 1.0e-4, high: 1 }
  - name: act
    type: categorical
    choices: [relu, tanh]
budget: { maxTrials: 30 }
unknown: { kept: [1, 2] }
`;

test("a value written by the form changes that value alone, and not how the rest is laid out", () => {
  expect(writeValue(TEXT, ["parameters", 0, "high"], 0.5)).toBe(TEXT.replace("high: 1", "high: 0.5"));
  expect(writeValue(TEXT, ["parameters", 1, "choices"], ["relu", true])).toBe(
    TEXT.replace("[relu, tanh]", "[relu, true]"),
  );
});

const paths = [
  ["name"],
  ["description"],
  ["parameters", 0, "low"],
  ["parameters", 0, "step"],
  ["parameters", 1, "choices"],
  ["parameters", 2],
  ["budget", "maxTrials"],
  ["budget", "maxGpuHours"],
  ["fidelity", "schedule", "name"],
];

test("whatever is written somewhere reads back as it was, and nothing else changes", () => {
  const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null));
  const value = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 4 }),
    fc.dictionary(fc.string(), scalar, { maxKeys: 3 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), value, (path, written) => {
      const before = readSpec(TEXT).spec as Record<string, unknown>;
      const after = readSpec(writeValue(TEXT, path, written)).spec as Record<string, unknown>;
      expect(path.reduce((at: unknown, key) => (at as Record<string, unknown>)[key], after)).toEqual(written);
      const [first] = path as [string];
      expect({ ...after, [first]: null }).toEqual({ ...before, [first]: null });
    }),
    { numRuns: 150 },
  );
});

test("a value taken out takes with it the mapping that it leaves empty, but no item of a list", () => {
  expect(readSpec(writeValue(TEXT, ["budget", "maxTrials"], undefined)).spec).not.toHaveProperty("budget");
  const { spec } = readSpec(writeValue("parameters: [{ name: x }]\n", ["parameters", 0, "name"], undefined));
  expect(spec).toEqual({ parameters: [{}] });
});

test("a text that is no YAML, or no mapping, says so at its line", () => {
  expect(readSpec("name: a\nparameters: [\n").problems[0]).toMatchObject({ line: 3 });
  expect(readSpec("- 1\n").problems).toHaveLength(1);
  expect(readSpec("").spec).toEqual({});
});

test("a pointer leads to the line of its value, or of the nearest thing around it", () => {
  const { lineOf } = readSpec(TEXT);
  expect(lineOf("/parameters/1/choices")).toBe(7);
  expect(lineOf("/parameters/1/choices/5")).toBe(7);
  expect(lineOf("/budget/maxTrials")).toBe(8);
  expect(lineOf("/objectives")).toBe(1);
});

test("keys and pointers are each other's inverse", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (keys) => {
      expect(keysOf(pointerOf(keys))).toEqual(keys);
    }),
  );
});

test("values between commas read back as they were", () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer()));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (values) => {
      expect(listOf(listText(values))).toEqual(values);
    }),
  );
});

test("the specification of a study that there is becomes a text without what is empty", () => {
  const spec = {
    constraints: [],
    parameters: [
      { low: 0, high: 1, name: "x", type: "float" },
      { name: "f", type: "fixed", value: {} },
    ],
    algorithm: { name: "auto", config: {} },
    name: "a",
  };
  const text = textOfSpec(spec);
  expect(text.startsWith("name: a\nparameters:\n  - { name: x, type: float, low: 0, high: 1 }\n")).toBe(true);
  expect(readSpec(text).spec).toEqual({
    name: "a",
    parameters: spec.parameters,
    algorithm: { name: "auto" },
  });
});
