import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Brush,
  formatBrush,
  maskOf,
  parseBrush,
  type Range,
  rangeBetween,
  rangeText,
  stretchesOf,
  withRange,
} from "../../web/charts/brush.ts";
import { parameterAxis, type TrialAxis } from "../../web/charts/trial-axis.ts";

const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$|^@[0-9]$/);
/** As an axis gives them: four digits are kept. */
const end = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Number(value.toPrecision(4)) + 0);
const range: fc.Arbitrary<Range> = fc.oneof(
  fc.record({
    low: fc.oneof(end, fc.constant(Number.NEGATIVE_INFINITY)),
    high: fc.oneof(end, fc.constant(Number.POSITIVE_INFINITY)),
  }),
  fc.record({
    choices: fc.array(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("a~b", "x|y", "p;q", "50%", ":", "")),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  }),
);
const brush: fc.Arbitrary<Brush> = fc
  .array(fc.tuple(key, range), { maxLength: 4 })
  .map((pairs) => new Map(pairs));

const lr = (column: readonly (number | null)[]) =>
  parameterAxis({ name: "lr", type: "float", scale: "log", low: 1e-4, high: 1 }, column, false);
const optimizer = (column: readonly (string | null)[]) =>
  parameterAxis({ name: "optimizer", type: "categorical", choices: ["adam", "sgd", "lion"] }, column, false);

describe("a brush in the address", () => {
  test("reads back as it was, whatever the choices are called", () => {
    fc.assert(
      fc.property(brush, (given) => {
        expect(parseBrush(formatBrush(given))).toEqual(given);
      }),
    );
  });

  test("is what people can read, and nothing when nothing is brushed", () => {
    const given = new Map<string, Range>([
      ["lr", { low: 1e-3, high: 0.01 }],
      ["optimizer", { choices: ["adam", "sgd"] }],
      ["@0", { low: Number.NEGATIVE_INFINITY, high: 0.3 }],
    ]);
    expect(formatBrush(given)).toBe("lr:0.001~0.01;optimizer:adam|sgd;@0:~0.3");
    expect(formatBrush(new Map())).toBeNull();
  });

  test.each([null, "", ";", ":", "lr", ":1~2", "lr:x~y", "lr:1~2~3", "lr:~NaN"])(
    "that says nothing, %j, brushes nothing",
    (text) => {
      expect(parseBrush(text).size).toBe(0);
    },
  );

  test("that somebody broke is read without an error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const one of parseBrush(text).values()) expect(rangeText(one)).toBeTypeOf("string");
      }),
    );
    expect(parseBrush("optimizer:%E0%A4%A").get("optimizer")).toEqual({ choices: ["%E0%A4%A"] });
  });
});

test("a range is added, replaced and taken away, and the brush before stays as it was", () => {
  const before: Brush = new Map([["lr", { low: 0, high: 1 }]]);
  expect([...withRange(before, "wd", { choices: ["0"] }).keys()]).toEqual(["lr", "wd"]);
  expect(withRange(before, "lr", { low: 0, high: 0.5 }).get("lr")).toEqual({ low: 0, high: 0.5 });
  expect(withRange(before, "lr", null).size).toBe(0);
  expect(before.get("lr")).toEqual({ low: 0, high: 1 });
});

describe("a stretch of an axis", () => {
  test("to its end has no bound there, for it means what lies beyond too", () => {
    expect(rangeBetween(lr([]), -0.1, 1.2)).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
    const { low, high } = rangeBetween(lr([]), 0.75, 0.5) as { low: number; high: number };
    expect([low, high]).toEqual([expect.closeTo(1e-2, 9), expect.closeTo(1e-1, 9)]);
  });

  test("of choices holds those whose middle is in it", () => {
    expect(rangeBetween(optimizer([]), 0, 0.6)).toEqual({ choices: ["adam", "sgd"] });
    expect(rangeBetween(optimizer([]), 0.2, 0.4)).toBeNull();
  });

  test("is where its range says it is", () => {
    const position = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(position, position, (a, b) => {
        const axis = lr([]);
        const [[from, to]] = stretchesOf(axis, rangeBetween(axis, a, b)!) as [[number, number]];
        expect(from).toBeCloseTo(Math.min(a, b), 6);
        expect(to).toBeCloseTo(Math.max(a, b), 6);
      }),
    );
  });

  test("of a choice that is not there, or of the wrong kind, is none", () => {
    expect(stretchesOf(optimizer([]), { choices: ["adagrad"] })).toEqual([]);
    expect(stretchesOf(optimizer([]), { low: 0, high: 1 })).toEqual([]);
    expect(stretchesOf(lr([]), { choices: ["adam"] })).toEqual([]);
  });
});

describe("what a brush selects", () => {
  const ranks = (count: number) => new Float64Array(count).fill(1);
  const selected = (axes: readonly TrialAxis[], given: Brush, ranked: Float64Array, least = 0) =>
    [...maskOf(axes, given, ranked, least).entries()].flatMap(([trial, bit]) => (bit === 1 ? [trial] : []));

  test("are the trials within all ranges; one without the value is in none", () => {
    const axes = [lr([1e-3, 1e-2, 1e-1, null]), optimizer(["adam", "sgd", "adam", "adam"])];
    const inLr: Brush = new Map([["lr", { low: 1e-3, high: 1e-2 }]]);
    expect(selected(axes, inLr, ranks(4))).toEqual([0, 1]);
    expect(selected(axes, withRange(inLr, "optimizer", { choices: ["adam"] }), ranks(4))).toEqual([0]);
  });

  test("are all trials when nothing is brushed, or only an axis that is not there", () => {
    expect(selected([lr([0.1, null])], new Map(), ranks(2))).toEqual([0, 1]);
    expect(selected([lr([0.1, null])], new Map([["wd", { low: 0, high: 1 }]]), ranks(2))).toEqual([0, 1]);
  });

  test("are the best when a share is asked for; one without a value is not among them", () => {
    expect(selected([], new Map(), Float64Array.of(1, 0.5, 0.2, Number.NaN), 0.5)).toEqual([0, 1]);
  });

  test("are exactly the trials whose values lie within the range", () => {
    const value = fc.double({ min: 1e-4, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), value, value, (column, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const clear = column.filter(
          (one) => Math.min(Math.abs(one / low - 1), Math.abs(one / high - 1)) > 1e-6,
        );
        const found = selected([lr(clear)], new Map([["lr", { low, high }]]), ranks(clear.length));
        expect(found.map((trial) => clear[trial])).toEqual(clear.filter((one) => one >= low && one <= high));
      }),
    );
  });
});

test.each([
  [{ low: 1e-4, high: 0.01 }, "1e-4 to 0.01"],
  [{ low: Number.NEGATIVE_INFINITY, high: 0.3 }, "at most 0.3"],
  [{ low: 64, high: Number.POSITIVE_INFINITY }, "at least 64"],
  [{ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }, "all"],
  [{ choices: ["adam", "sgd"] }, "adam, sgd"],
])("the range %j reads %j", (given, text) => {
  expect(rangeText(given)).toBe(text);
});
