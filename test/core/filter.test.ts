import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FettleError } from "../../core/errors.ts";
import { type Filter, parseFilter, STUDY_FIELDS, TRIAL_FIELDS } from "../../core/filter.ts";

/** A filter as nested lists, short enough to read. */
function shape(filter: Filter): unknown {
  if (filter.type === "not") return ["not", shape(filter.item)];
  if ("items" in filter) return [filter.type, ...filter.items.map(shape)];
  const field = filter.field.key === null ? filter.field.name : `${filter.field.name}.${filter.field.key}`;
  return filter.type === "in" ? [field, "in", filter.values] : [field, filter.operator, filter.value];
}

describe("a filter", () => {
  test.each([
    ["state=completed", ["state", "=", "completed"]],
    ["params.lr < 1e-3", ["params.lr", "<", 0.001]],
    ["params.model.lr>=-.5", ["params.model.lr", ">=", -0.5]],
    ['params.opt = "Adam W"', ["params.opt", "=", "Adam W"]],
    ['params.quote != "a\\"b"', ["params.quote", "!=", 'a"b']],
    ["params.nesterov = true", ["params.nesterov", "=", true]],
    ["state IN (completed, pruned)", ["state", "in", ["completed", "pruned"]]],
    [
      "state=a AND state=b OR state=c",
      ["or", ["and", ["state", "=", "a"], ["state", "=", "b"]], ["state", "=", "c"]],
    ],
    [
      "state=a and (state=b or state=c)",
      ["and", ["state", "=", "a"], ["or", ["state", "=", "b"], ["state", "=", "c"]]],
    ],
    ["NOT state=a AND number>3", ["and", ["not", ["state", "=", "a"]], ["number", ">", 3]]],
  ])("%s is read as it is meant", (text, expected) => {
    expect(shape(parseFilter(text, TRIAL_FIELDS))).toEqual(expected);
  });

  test("has a has-operator for tags", () => {
    expect(shape(parseFilter('tags:"v2"', STUDY_FIELDS))).toEqual(["tags", ":", "v2"]);
  });

  test.each([
    ["stat = completed", 'there is no field "stat"', 'Did you mean "state"?'],
    ["state =", "At character 8: a value was expected", undefined],
    ["state completed", "an operator was expected", undefined],
    ["(state = a", "a closing parenthesis was expected", undefined],
    ["state = a state = b", "AND, OR or the end was expected", undefined],
    ["state IN a", "a list in parentheses was expected", undefined],
    ["state = a; drop", "At character 10: this is no part of a filter", undefined],
    [
      "params.opt = 'sgd'",
      "At character 14: this is no part of a filter",
      'Quotes are double: params.optimizer = "sgd".',
    ],
    ["", "a field was expected", undefined],
    [`${"(".repeat(60)}state=a`, "at most 50 levels", undefined],
  ])("%s is refused with its place and the way out", (text, message, hint) => {
    const error = thrownBy(() => parseFilter(text, TRIAL_FIELDS));
    expect(error.code).toBe("invalid-input");
    expect(error.fields[0]?.pointer).toBe("?filter");
    expect(error.fields[0]?.message).toContain(message);
    if (hint !== undefined) expect(error.fields[0]?.hint).toBe(hint);
  });

  test("names the members of a family that are known, and takes any of one whose are not", () => {
    const fields = { ...TRIAL_FIELDS, keys: { params: ["lr", "optimizer"] } };
    const typo = thrownBy(() => parseFilter("params.optimiser = sgd", fields));
    expect(typo.fields[0]?.hint).toBe('Did you mean "params.optimizer"?');
    const wrong = thrownBy(() => parseFilter("params.foo < 1", fields));
    expect(wrong.fields[0]?.message).toContain('there is no field "params.foo"');
    expect(wrong.fields[0]?.hint).toBe("The fields are params.lr, params.optimizer.");
    expect(shape(parseFilter("params.lr < 1 AND metrics.any > 0", fields))).toEqual([
      "and",
      ["params.lr", "<", 1],
      ["metrics.any", ">", 0],
    ]);
  });

  test("of any text is either read or refused in words", () => {
    const piece = fc.constantFrom(
      "state",
      "params.x",
      "=",
      "<",
      "IN",
      "(",
      ")",
      ",",
      "AND",
      "or",
      "NOT",
      "1",
      '"',
      "\\",
      " ",
      ";",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join(" ")),
        ),
        (text) => {
          try {
            parseFilter(text, TRIAL_FIELDS);
          } catch (error) {
            expect(error).toBeInstanceOf(FettleError);
          }
        },
      ),
    );
  });
});

function thrownBy(work: () => unknown): FettleError {
  try {
    work();
  } catch (error) {
    return error as FettleError;
  }
  throw new Error("nothing was thrown");
}
