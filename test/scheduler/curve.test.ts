import fc from "fast-check";
import { expect, test } from "vitest";
import { addPoint, emptyCurve, pointsOf } from "../../scheduler/curve.ts";

interface Report {
  step: number;
  value: number;
  attempt: number;
}

/** What the rules say, in the plainest words: point by point, over all that is known. */
function byTheRules(reports: readonly Report[]): Report[] {
  let known: Report[] = [];
  for (const report of reports) {
    if (known.some(({ attempt, step }) => attempt === report.attempt && step === report.step)) continue;
    known = known.filter(({ attempt, step }) => attempt === report.attempt || step < report.step);
    const before = known.some(({ attempt, step }) => attempt < report.attempt && step >= report.step);
    if (!before) known.push(report);
  }
  return known.sort((a, b) => a.step - b.step);
}

/** Attempts one after the other, each with steps in any order, some of them twice. */
const reports = fc
  .array(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 }), { maxLength: 4 })
  .map((attempts) =>
    attempts.flatMap((steps, attempt) =>
      steps.map((step, place) => ({ step, value: 100 * attempt + place, attempt: attempt + 1 })),
    ),
  );

test("a curve keeps the first value of each step, and what later attempts did not train over", () => {
  fc.assert(
    fc.property(reports, (told) => {
      const curve = emptyCurve();
      for (const { step, value, attempt } of told) addPoint(curve, { name: "loss", step, value }, attempt);
      const expected = byTheRules(told);
      expect(curve.steps).toEqual(expected.map(({ step }) => step));
      expect(curve.values).toEqual(expected.map(({ value }) => value));
      expect(curve.attempts).toEqual(expected.map(({ attempt }) => attempt));
    }),
  );
});

test("points count only if the last attempt reported the metric itself", () => {
  const curve = emptyCurve();
  addPoint(curve, { name: "loss", step: 1, value: 0.5 }, 1);
  expect(pointsOf(curve, 1)).toEqual([{ step: 1, value: 0.5 }]);
  expect(pointsOf(curve, 2)).toEqual([]);
});
