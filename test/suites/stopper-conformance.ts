import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJson } from "../../core/json.ts";
import type { Curve, EarlyStopper } from "../../core/stopper.ts";

/** What every early stopper promises, run over each registry entry with its default configuration. */
export function describeStopper(stopper: EarlyStopper): void {
  const config = stopper.config.parse({});
  const judge = (subject: Curve, peers: readonly Curve[]) => stopper.judge(config, subject, peers);

  describe(`early stopper ${stopper.name}`, () => {
    test("unknown settings are refused", () => {
      expect(stopper.config.safeParse({ noSuchSetting: 1 }).success).toBe(false);
    });

    test("without peers, and with one that has not got far, a trial goes on", () => {
      const subject = curve(9, [1, 2, 3, 4, 5, 6], 5);
      expect(judge(subject, [])).toEqual({ type: "continue" });
      expect(judge(subject, [curve(0, [1], 0)])).toEqual({ type: "continue" });
      expect(judge(subject, [curve(0, [], 0)])).toEqual({ type: "continue" });
    });

    test("a trial far worse than many finished ones is stopped in the end, with evidence", () => {
      const peers = Array.from({ length: 30 }, (_, trial) => curve(trial, steps(30), trial / 100));
      const verdict = judge(curve(99, steps(29), 1000), peers);
      if (verdict.type !== "stop") throw new Error("it was not stopped");
      expect(verdict.step).toBe(29);
      expect(verdict.why.rule).not.toBe("");
      expect(verdict.why.text).not.toBe("");
      expect(isJson(verdict.why.inputs)).toBe(true);
    });

    test("the best trial is never stopped", () => {
      fc.assert(
        fc.property(curves, steppedLosses, (peers, own) => {
          const least = Math.min(0, ...peers.flatMap(({ losses }) => losses), ...own.losses);
          const subject = {
            ...own,
            losses: own.losses.map((loss, index) => (index === 0 ? least - 1 : loss)),
          };
          expect(judge({ ...subject, trial: 99 }, peers)).toEqual({ type: "continue" });
        }),
      );
    });

    test("the verdict is a pure function: same arguments, same verdict, arguments unchanged", () => {
      fc.assert(
        fc.property(curves, steppedLosses, (peers, subject) => {
          const before = structuredClone({ subject, peers });
          const first = judge(subject, peers);
          expect(judge(structuredClone(subject), structuredClone(peers))).toEqual(first);
          expect({ subject, peers }).toEqual(before);
        }),
      );
    });

    test("a trial that would be stopped is still stopped when all its losses are worse", () => {
      fc.assert(
        fc.property(
          curves,
          steppedLosses,
          fc.double({ min: 0, max: 100, noNaN: true }),
          (peers, subject, worse) => {
            if (judge(subject, peers).type === "continue") return;
            const shifted = { ...subject, losses: subject.losses.map((loss) => loss + worse) };
            expect(judge(shifted, peers).type).toBe("stop");
          },
        ),
      );
    });

    test("what peers report after the trial's last step changes nothing", () => {
      fc.assert(
        fc.property(curves, steppedLosses, (peers, subject) => {
          const last = subject.steps.at(-1)!;
          const later = peers.map((peer) => {
            const got = Math.max(last, peer.steps.at(-1)!);
            return { ...peer, steps: [...peer.steps, got + 1], losses: [...peer.losses, -1e6] };
          });
          const reaching = peers.map((peer) => peer.steps.at(-1)! >= last);
          const kept = (list: Curve[]) => list.filter((_, index) => reaching[index]);
          expect(judge(subject, kept(later))).toEqual(judge(subject, kept(peers)));
        }),
      );
    });

    test("peers that diverged, skipped steps or report at steps of their own do no harm", () => {
      const subject = curve(9, [1, 3, 4, 8], 5);
      const odd: Curve[] = [
        { ...curve(0, [2, 7], 1), diverged: true },
        curve(1, [100], 1),
        { ...curve(2, [], 0), diverged: true },
        curve(3, [0.5, 8.5], 1),
      ];
      expect(["continue", "stop"]).toContain(judge(subject, odd).type);
      expect(["continue", "stop"]).toContain(judge({ ...subject, diverged: true }, odd).type);
    });
  });
}

function steps(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A flat curve. */
function curve(trial: number, at: readonly number[], loss: number): Curve {
  return { trial, steps: at, losses: at.map(() => loss), diverged: false, completed: at.length >= 30 };
}

const steppedLosses: fc.Arbitrary<Curve> = fc
  .record({
    points: fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 40 }), fc.double({ min: -10, max: 10, noNaN: true })),
      {
        selector: ([step]) => step,
        minLength: 1,
        maxLength: 40,
      },
    ),
    diverged: fc.boolean(),
    completed: fc.boolean(),
  })
  .map(({ points, diverged, completed }) => {
    const ordered = points.toSorted(([a], [b]) => a - b);
    const at = ordered.map(([step]) => step);
    return { trial: 50, steps: at, losses: ordered.map(([, loss]) => loss), diverged, completed };
  });

const curves = fc
  .array(steppedLosses, { maxLength: 20 })
  .map((list) => list.map((item, trial): Curve => ({ ...item, trial })));
