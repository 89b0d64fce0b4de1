import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJson } from "../../core/json.ts";
import type { Curve, EarlyStopper, StopContext } from "../../core/stopper.ts";

/** What an early stopper promises beyond what all do; what is left out is taken for promised. */
export interface StopperTraits {
  /** Settings, for one that has no defaults. */
  config?: Record<string, unknown>;
  /** A trial that it stops sooner or later among thirty completed ones that end below 1. */
  hopeless?: Curve;
  /** What is best: the trial with the best single value, the one that is best at each report, or nothing. */
  sparesBest?: "by best value" | "at each report" | "no";
}

const context: StopContext = { maxStep: 40, metric: "loss", unit: "epoch", toValue: (loss) => loss };
const maximised: StopContext = { ...context, metric: "accuracy", toValue: (loss) => 0 - loss };

/** What every early stopper promises, run over each registry entry. */
export function describeStopper(stopper: EarlyStopper, traits: StopperTraits = {}): void {
  const config = stopper.config.parse(traits.config ?? {});
  const judge = (subject: Curve, peers: readonly Curve[], about = context) =>
    stopper.judge(config, subject, peers, about);
  const sparesBest = traits.sparesBest ?? "by best value";

  describe(`early stopper ${stopper.name}`, () => {
    test("it says what it does, and refuses unknown settings", () => {
      expect(stopper.summary).toMatch(/^Stops a trial .*\.$/);
      expect(stopper.config.safeParse({ ...traits.config, noSuchSetting: 1 }).success).toBe(false);
    });

    test("without peers, and with one that has not got far, a trial goes on", () => {
      const subject = flat(9, [1, 2, 3, 4, 5, 6], 5);
      expect(judge(subject, [])).toEqual({ type: "continue" });
      expect(judge(subject, [flat(0, [1], 0)])).toEqual({ type: "continue" });
      expect(judge(subject, [flat(0, [], 0)])).toEqual({ type: "continue" });
    });

    test.each([context, maximised, { ...context, maxStep: null }])(
      "a hopeless trial among many completed ones is stopped in the end, with evidence (%o)",
      (about) => {
        const peers = Array.from({ length: 30 }, (_, trial) => flat(trial, steps(40), trial / 100));
        const subject = traits.hopeless ?? flat(99, steps(40), 1000);
        const verdict = prefixesOf(subject)
          .map((prefix) => judge(prefix, peers, about))
          .find(({ type }) => type === "stop");
        if (verdict?.type !== "stop") throw new Error("it was not stopped");
        expect(verdict.step).toBe(verdict.why.inputs.step);
        expect(verdict.why.rule).toBe(stopper.name);
        expect(verdict.why.text).toMatch(new RegExp(`^at epoch ${verdict.step}: `));
        expect(isJson(verdict.why.inputs)).toBe(true);
        for (const input of Object.values(verdict.why.inputs)) expect(input).toSatisfy(Number.isFinite);
      },
    );

    if (sparesBest === "by best value")
      test("the trial with the best value so far is never stopped", () => {
        fc.assert(
          fc.property(curves, curve, fc.nat(), (peers, subject, place) => {
            const best = leastOf([subject, ...peers]) - 1;
            const at = place % subject.losses.length;
            const losses = subject.losses.map((loss, index) => (index === at ? best : loss));
            expect(judge({ ...subject, losses }, peers)).toEqual({ type: "continue" });
          }),
          { numRuns: 100 },
        );
      });

    if (sparesBest !== "no")
      test("a trial that is best at each of its reports is never stopped", () => {
        fc.assert(
          fc.property(curves, curve, (peers, subject) => {
            const lower = Math.max(...subject.losses) - leastOf(peers) + 1;
            const losses = subject.losses.map((loss) => loss - Math.max(0, lower));
            expect(judge({ ...subject, losses }, peers)).toEqual({ type: "continue" });
          }),
          { numRuns: 100 },
        );
      });

    test("the verdict is a pure function: same arguments, same verdict, arguments unchanged", () => {
      fc.assert(
        fc.property(curves, curve, (peers, subject) => {
          const before = structuredClone({ subject, peers });
          const first = judge(subject, peers);
          // Clones know nothing of what was kept beside the originals.
          expect(judge(structuredClone(subject), structuredClone(peers))).toEqual(first);
          expect(judge(subject, peers)).toEqual(first);
          expect({ subject, peers }).toEqual(before);
        }),
        { numRuns: 100 },
      );
    });

    test("a trial that would be stopped is still stopped when all its losses are worse", () => {
      fc.assert(
        fc.property(
          fc.array(curve, { minLength: 8, maxLength: 40 }),
          curve,
          worsening,
          (list, own, worse) => {
            const peers = numbered(list);
            const subject = { ...own, losses: own.losses.map((loss) => loss + 15) };
            if (judge(subject, peers).type === "continue") return;
            const shifted = { ...subject, losses: subject.losses.map((loss) => loss + worse) };
            expect(judge(shifted, peers).type).toBe("stop");
          },
        ),
        { numRuns: 100 },
      );
    });

    test("what peers that have not completed report after the trial's last step changes nothing", () => {
      fc.assert(
        fc.property(curves, curve, (list, subject) => {
          const last = subject.steps.at(-1)!;
          const peers = list.filter((peer) => peer.completed || peer.steps.at(-1)! >= last);
          const later = peers.map((peer) =>
            peer.completed ? peer : { ...peer, ...changedAfter(peer, last) },
          );
          expect(judge(subject, later)).toEqual(judge(subject, peers));
        }),
        { numRuns: 100 },
      );
    });

    test("trials that diverged, skipped steps, report at steps of their own or overrun the end do no harm", () => {
      const odd: Curve[] = [
        { ...flat(0, [2, 7], 1), diverged: true },
        flat(1, [100], 1),
        { ...flat(2, [], 0), diverged: true },
        { ...flat(3, [], 0), completed: true },
        flat(4, [0.5, 8.5], 1e300),
        flat(5, [1e-9, 1e12], -1e300),
      ];
      for (const subject of [flat(9, [1, 3, 4, 8], 5), flat(9, [0], 5), flat(9, steps(99), 1e308), ...odd]) {
        const peers = odd.filter(({ trial }) => trial !== subject.trial);
        const verdict = judge(subject, peers);
        if (verdict.type === "stop") expect(isJson(verdict.why.inputs)).toBe(true);
      }
    });
  });
}

export function steps(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function flat(trial: number, at: readonly number[], loss: number): Curve {
  return { trial, steps: at, losses: at.map(() => loss), diverged: false, completed: at.length >= 30 };
}

/** The curve after its first report, after its second, and so on: what a study judges as it grows. */
export function prefixesOf(curve: Curve): Curve[] {
  return curve.steps.map((_, index) => ({
    ...curve,
    steps: curve.steps.slice(0, index + 1),
    losses: curve.losses.slice(0, index + 1),
    completed: false,
  }));
}

/** The same up to `step`, something else after it. */
function changedAfter({ steps: at, losses }: Curve, step: number): Pick<Curve, "steps" | "losses"> {
  const kept = at.filter((each) => each <= step);
  // It has reached the step: it goes on to report beyond it.
  return { steps: [...kept, step + 1, step + 5], losses: [...losses.slice(0, kept.length), -1e6, 1e6] };
}

function leastOf(list: readonly Curve[]): number {
  return Math.min(0, ...list.flatMap(({ losses }) => losses));
}

const worsening = fc.double({ min: 0, max: 100, noNaN: true });

const curve: fc.Arbitrary<Curve> = fc
  .record({
    points: fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 40 }), fc.double({ min: -10, max: 10, noNaN: true })),
      { selector: ([step]) => step, minLength: 1, maxLength: 40 },
    ),
    diverged: fc.constantFrom(false, false, false, true),
    completed: fc.boolean(),
  })
  .map(({ points, diverged, completed }) => {
    const ordered = points.toSorted(([a], [b]) => a - b);
    const at = ordered.map(([step]) => step);
    return { trial: 50, steps: at, losses: ordered.map(([, loss]) => loss), diverged, completed };
  });

const numbered = (list: readonly Curve[]) => list.map((item, trial): Curve => ({ ...item, trial }));
const curves = fc.array(curve, { maxLength: 20 }).map(numbered);
