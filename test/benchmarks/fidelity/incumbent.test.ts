import { expect, test } from "vitest";
import { curvesOf, MOMENTS } from "../../../benchmarks/fidelity/incumbent.ts";
import type { Observation } from "../../../benchmarks/fidelity/simulate.ts";
import { line, train } from "./line.ts";

// One worker, and a whole training of nine seconds: moment 1 is at 9 s.
const options = { workers: 1, horizon: 36 };
const at = (moment: number) => MOMENTS.indexOf(moment);

function curvesFrom(observations: Omit<Observation, "step">[], finals: readonly number[]) {
  const trainings = new Map(finals.map((x, trial) => [trial, train({ x })]));
  return curvesOf(
    line,
    { observations: observations.map((each) => ({ ...each, step: 1 })), trainings },
    options,
  );
}

const finalOf: (...given: Parameters<typeof curvesFrom>) => (number | null)[] = (...given) =>
  curvesFrom(...given).final;

test("before the first report there is no incumbent", () => {
  const curve = finalOf([{ time: 9, trial: 0, loss: 1 }], [0.25]);
  expect(curve[at(0.5)]).toBeNull();
  expect(curve[at(1)]).toBe(0.25);
  expect(curve).toHaveLength(at(4) + 1);
});

test("the incumbent has the lowest last report, and is judged by its whole training", () => {
  const reports = [
    { time: 1, trial: 0, loss: 0.9 },
    { time: 18, trial: 1, loss: 0.8 },
  ];
  const curve = finalOf(reports, [0.25, 0.5]);
  expect(curve[at(1)]).toBe(0.25);
  expect(curve[at(2)]).toBe(0.5);
});

test("an incumbent whose loss rises gives way to the best of the others", () => {
  const reports = [
    { time: 1, trial: 0, loss: 0.9 },
    { time: 2, trial: 1, loss: 0.8 },
    { time: 18, trial: 1, loss: 0.95 },
  ];
  const curve = finalOf(reports, [0.25, 0.5]);
  expect(curve[at(1)]).toBe(0.5);
  expect(curve[at(2)]).toBe(0.25);
});

test("a training that diverges is no incumbent", () => {
  const reports = [
    { time: 1, trial: 0, loss: 0.9 },
    { time: 2, trial: 1, loss: Number.NaN },
    { time: 18, trial: 0, loss: Number.NaN },
  ];
  const curve = finalOf(reports, [0.25, 0.5]);
  expect(curve[at(1)]).toBe(0.25);
  expect(curve[at(2)]).toBeNull();
});

test("what was seen is the lowest report, whatever becomes of its training", () => {
  const reports = [
    { time: 1, trial: 0, loss: 0.9 },
    { time: 2, trial: 1, loss: 0.8 },
    { time: 10, trial: 1, loss: 0.95 },
    { time: 11, trial: 0, loss: Number.NaN },
  ];
  const { seen } = curvesFrom(reports, [0.25, 0.5]);
  expect(seen[0]).toBe(0.8);
  expect(seen.at(-1)).toBe(0.8);
});
