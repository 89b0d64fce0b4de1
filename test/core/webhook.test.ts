import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_TRIES, outcomeOf, type SendOutcome, webhookEvent } from "../../core/webhook.ts";

const FAILED: SendOutcome = { type: "failed", status: 503, error: "The receiver answered 503." };

test("the waits between twelve tries grow fourfold from one second to one hour", () => {
  const waits = Array.from({ length: MAX_TRIES - 1 }, (_, index) => outcomeOf(FAILED, index + 1, 1 - 1e-9));
  const seconds = waits.map((outcome) => (outcome.type === "retry" ? outcome.afterMs / 1000 : null));
  expect(seconds).toEqual([1, 4, 16, 64, 256, 1024, 3600, 3600, 3600, 3600, 3600]);
});

test("chance moves a wait within its upper half", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: MAX_TRIES - 1 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (tries, random) => {
        const longest = Math.min(3_600_000, 1000 * 4 ** (tries - 1));
        const outcome = outcomeOf(FAILED, tries, random);
        if (outcome.type !== "retry") return false;
        return outcome.afterMs >= longest / 2 && outcome.afterMs <= longest;
      },
    ),
  );
});

test("a failure of the last try, or of one after a crash on the last, is the end", () => {
  for (const tries of [MAX_TRIES, MAX_TRIES + 1]) {
    expect(outcomeOf(FAILED, tries, 0)).toEqual({ type: "dead", error: "The receiver answered 503." });
  }
});

test("a delivery on the last try is a delivery, and 410 ends the webhook on the first", () => {
  expect(outcomeOf({ type: "delivered", status: 200 }, MAX_TRIES, 0)).toEqual({ type: "delivered" });
  expect(outcomeOf({ type: "gone" }, 1, 0)).toMatchObject({ type: "disable" });
});

test("an event carries the log entry's id and reason, and names what it is about as a path", () => {
  const entry = {
    id: "7-9",
    seq: 3,
    time: "2026-01-01T00:00:00.000Z",
    project: "default",
    study: "digits",
    type: "trial.finished",
    trial: 4,
    actor: "scheduler",
    reason: { rule: "completed", inputs: {}, text: "Completed." },
    data: { values: ["NaN"] },
  };
  const { project: _project, study: _study, trial: _trial, ...kept } = entry;
  expect(webhookEvent(entry)).toEqual({ ...kept, subject: "projects/default/studies/digits/trials/4" });
  expect(webhookEvent({ ...entry, trial: null }).subject).toBe("projects/default/studies/digits");
});
