import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ashaStop } from "../../../algorithms/stopping/asha-stop.ts";
import { prefixesOf, steps } from "../../suites/stopper-conformance.ts";
import { accuracy, curve, epochs, goesOn, running, withSettings } from "./curves.ts";

const judge = withSettings(ashaStop, { min: 1, max: 27, eta: 3 });
const flat = (trial: number, loss: number, length = 27) => curve(trial, Array(length).fill(loss));

describe("the stopping variant of ASHA", () => {
  test("stops a trial that is not among the best third of those that reached its rung", () => {
    const peers = [1, 2, 3, 4, 5].map((loss, trial) => flat(trial, loss));
    // Two of six go on.
    expect(judge(running(Array(9).fill(1.9)), peers)).toEqual(goesOn);
    expect(judge(running(Array(9).fill(2)), peers)).toEqual(goesOn);
    expect(judge(running(Array(9).fill(2.5)), peers).type).toBe("stop");
    expect(judge(running(Array(9).fill(3.5)), peers)).toEqual({
      type: "stop",
      step: 9,
      why: {
        rule: "asha-stop",
        inputs: { step: 9, rung: 9, value: 3.5, cut: 2, rank: 4, peers: 5 },
        text: "at epoch 9: 3.5, cut 2, 4th of 6 at rung 9",
      },
    });
  });

  test("of the first trials at a rung, fewer than eta, the best so far goes on", () => {
    expect(judge(running([99]), [])).toEqual(goesOn);
    expect(judge(running([99]), [flat(0, 1)]).type).toBe("stop");
    expect(judge(running([1]), [flat(0, 1)])).toEqual(goesOn);
    expect(judge(running([0]), [flat(0, 1)])).toEqual(goesOn);
  });

  test("among n that reached a rung, exactly the best n / eta, rounded down but one, are let on", () => {
    const losses = fc.uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
      comparator: "IsStrictlyEqual",
    });
    fc.assert(
      fc.property(losses, fc.constantFrom(2, 3, 4.5), (values, eta) => {
        const judgeBy = withSettings(ashaStop, { min: 1, max: 27, eta });
        const through = values.filter((own, index) => {
          const peers = values.flatMap((loss, trial) => (trial === index ? [] : [flat(trial, loss)]));
          return judgeBy(running([own]), peers).type === "continue";
        });
        const places = Math.max(1, Math.floor(values.length / eta));
        expect(through.toSorted((x, y) => x - y)).toEqual(values.toSorted((x, y) => x - y).slice(0, places));
      }),
    );
  });

  test("stops a trial whose latest reports are NaN or infinite, which would otherwise train to the end", () => {
    const text = "at epoch 2: loss is NaN or infinite, which has no place at any rung";
    const judged = (losses: number[], since: number | null) =>
      judge({ ...running(losses), diverged: true }, [flat(0, 5)], { ...epochs, since });
    expect(judged([1, 1], 2)).toMatchObject({ type: "stop", why: { text } });
    expect(judged([], null).type).toBe("stop");
    // One that recovered is judged by what it reports since.
    expect(judged([1, 1, 1], 2)).toEqual(goesOn);
    expect(judged([9, 9, 9], 2).type).toBe("stop");
  });

  test("judges each rung once, at the report that crosses it, and never the end of the training", () => {
    const peers = [0, 1, 2].map((trial) => flat(trial, trial));
    const stops = prefixesOf(running(Array(27).fill(99))).filter(
      (prefix) => judge(prefix, peers).type === "stop",
    );
    expect(stops.map(({ steps: at }) => at.at(-1))).toEqual([1, 3, 9]);
  });

  test("a report that skips several rungs is judged at each, by the last loss before it", () => {
    const peers = [0, 1, 2].map((trial) => flat(trial, trial));
    const jump = (losses: number[], at: number[]) => judge(running(losses, { steps: at }), peers);
    // Rung 3 lies between the reports, and the last loss before it is a bad one.
    expect(jump([99, 0], [2, 4])).toMatchObject({
      type: "stop",
      step: 4,
      why: { inputs: { rung: 3, value: 99 } },
    });
    expect(jump([0, 99], [2, 4])).toEqual(goesOn);
    expect(jump([0, 99], [2, 10])).toEqual(goesOn);
    expect(jump([99, 0], [2, 10])).toMatchObject({ type: "stop", step: 10, why: { inputs: { rung: 3 } } });
  });

  test("peers that stopped before a rung do not count there, those that ran on count as of the rung", () => {
    const short = [0, 1, 2].map((trial) => flat(trial, 0, 8));
    expect(judge(running(Array(9).fill(99)), short)).toEqual(goesOn);
    const later = [0, 1, 2].map((trial) =>
      curve(
        trial,
        steps(27).map((step) => (step <= 9 ? 50 : 0)),
      ),
    );
    expect(judge(running(Array(9).fill(50)), later)).toEqual(goesOn);
  });

  test("takes the end of the training from the study, and without one grows its rungs from the first", () => {
    const open = withSettings(ashaStop, { min: 2, eta: 2 });
    const peers = [0, 1, 2].map((trial) => flat(trial, trial, 40));
    const rungs = (context: typeof epochs) =>
      prefixesOf(running(Array(40).fill(99)))
        .filter((prefix) => open(prefix, peers, context).type === "stop")
        .map((prefix) => prefix.steps.at(-1));
    expect(rungs(epochs)).toEqual([2, 4, 8, 16, 32]);
    expect(rungs({ ...accuracy, maxStep: 40 })).toEqual([2, 4, 8, 16]);
  });
});
