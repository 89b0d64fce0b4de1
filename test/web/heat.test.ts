import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrialResource } from "../../core/resources.ts";
import type { CellContext, Column } from "../../web/pages/overview/columns.tsx";
import { heatOf } from "../../web/pages/overview/heat.ts";

const context = {} as CellContext;
const trialOf = (number: number, value: number | string | null) =>
  ({ number, values: [value] }) as TrialResource;
const trials = (...values: (number | string | null)[]) =>
  values.map((value, number) => trialOf(number, value));

function column(id: string, rest: Partial<Column> = {}): Column {
  return {
    id,
    title: id,
    number: true,
    value: ({ values }) => values[0] ?? undefined,
    cell: () => null,
    ...rest,
  };
}

/** Per cent of the hue in a cell's background; null for no shade. */
function strength(shade: ReturnType<typeof heatOf>, of: Column, trial: TrialResource): number | null {
  const text = shade(of, trial)?.background;
  return text === undefined ? null : Number(/ (\d+)%/.exec(text)![1]);
}

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const manyTrials = fc.array(finite, { minLength: 3, maxLength: 30 }).map((values) => trials(...values));

describe("the shading of a column", () => {
  test.each([
    ["high", 1],
    ["low", -1],
    [undefined, 1],
  ] as const)("grows towards its better end, %s, and stays weak enough to read", (better, sign) => {
    const of = column("p:x", better === undefined ? {} : { better });
    fc.assert(
      fc.property(manyTrials, (list) => {
        const shade = heatOf(true, [of], list, context);
        const sorted = list.toSorted((a, b) => sign * ((a.values[0] as number) - (b.values[0] as number)));
        const strengths = sorted.map((trial) => strength(shade, of, trial)!);
        expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
        expect(strengths.every((one) => one >= 0 && one <= 16)).toBe(true);
      }),
    );
  });

  test("is of one colour where an end is better, and of another where none is", () => {
    const list = trials(1, 2, 3);
    const [metric, plain] = [column("m:loss", { better: "low" }), column("p:lr")];
    const shade = heatOf(true, [metric, plain], list, context);
    expect(shade(metric, list[0]!)!.background).toContain("var(--accent)");
    expect(shade(plain, list[0]!)!.background).toContain("var(--state-running)");
  });

  test("is none for what has no number: words, nothing, and values that are not finite", () => {
    const of = column("p:x");
    const list = trials(1, 2, 3, null, "NaN");
    const shade = heatOf(true, [of], list, context);
    expect([strength(shade, of, list[3]!), strength(shade, of, list[4]!)]).toEqual([null, null]);
  });

  test("is none for columns of words, and for numbers of which no end is better and that are no parameter", () => {
    const list = trials(1, 2, 3);
    for (const of of [column("state", { number: false }), column("seconds")])
      expect(heatOf(true, [of], list, context)(of, list[0]!)).toBeUndefined();
  });

  test("is none in a table of two rows, and when nobody wants it", () => {
    const of = column("p:x");
    expect(heatOf(true, [of], trials(1, 2), context)(of, trialOf(0, 1))).toBeUndefined();
    expect(heatOf(false, [of], trials(1, 2, 3), context)(of, trialOf(0, 1))).toBeUndefined();
  });

  test("is not flattened by one value that diverged", () => {
    const of = column("m:loss", { better: "low" });
    const list = trials(...Array.from({ length: 20 }, (_, index) => 0.5 + index / 100), 1e30);
    const shade = heatOf(true, [of], list, context);
    expect(strength(shade, of, list[0]!)).toBe(16);
    expect(strength(shade, of, list[10]!)).toBeLessThan(10);
    expect(strength(shade, of, list.at(-1)!)).toBe(0);
  });
});
