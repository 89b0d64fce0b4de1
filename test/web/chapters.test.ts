import { expect, test } from "vitest";
import type { EventResource } from "../../core/resources.ts";
import { STORY_TYPES, tell } from "../../web/pages/trial/chapters.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

/** Events at so many seconds after the start. */
function story(...events: [number, string, Record<string, unknown>?][]): EventResource[] {
  return events.map(
    ([seconds, type, data = {}], index) =>
      ({ seq: index + 1, time: new Date(START + seconds * 1000).toISOString(), type, data }) as never,
  );
}

const titles = (events: EventResource[]) => tell(events).map(({ title }) => title);
const waits = (events: EventResource[]) => tell(events).map(({ waited }) => waited);

test("a trial's events read as its story", () => {
  const events = story(
    [0, "trial.scheduled", { budget: 3 }],
    [2, "trial.started", { attempt: 1 }],
    [8, "attempt.ended", { attempt: 1, end: { outcome: "lost", seconds: 6 } }],
    [8, "trial.requeued"],
    [9, "trial.started", { attempt: 2 }],
    [20, "trial.paused", { budget: 3 }],
    [30, "trial.promoted", { budget: 9 }],
    [31, "trial.started", { attempt: 3 }],
    [99, "attempt.ended", { attempt: 3, end: { outcome: "completed", seconds: 68 } }],
    [99, "trial.finished", { state: "completed" }],
  );
  expect(titles(events)).toEqual([
    "Proposed",
    "Attempt 1 started",
    "Attempt 1 lost after 6 s",
    "Queued again",
    "Attempt 2 started",
    "Paused at 3",
    "Promoted to 9",
    "Attempt 3 started",
    "Attempt 3 completed after 1 min 8 s",
    "Ended: completed",
  ]);
  expect(tell(events).map(({ key }) => key)).toEqual(events.map(({ seq }) => seq));
});

test("what waited in the queue says for how long, and a moment is not worth a word", () => {
  expect(
    waits(
      story(
        [0, "trial.scheduled"],
        [90, "trial.started", { attempt: 1 }],
        [100, "trial.requeued"],
        [100.4, "trial.started", { attempt: 2 }],
        [200, "trial.promoted"],
        [203, "trial.started", { attempt: 3 }],
      ),
    ),
  ).toEqual([null, 90, null, null, null, 3]);
});

test("an attempt without a queue before it in sight did not wait", () => {
  expect(waits(story([5, "trial.started", { attempt: 1 }], [50, "trial.started", { attempt: 2 }]))).toEqual([
    null,
    null,
  ]);
});

test("attempts that failed or were lost have a sign of their own", () => {
  const signs = (outcome: string) =>
    tell(story([0, "attempt.ended", { attempt: 1, end: { outcome } }]))[0]!.sign;
  expect([signs("failed"), signs("lost")]).toEqual(["✕", "✕"]);
  expect([signs("completed"), signs("stopped")]).toEqual(["■", "■"]);
});

test.each(STORY_TYPES)("%s has words and a colour of the theme, also without any data", (type) => {
  const [chapter] = tell(story([0, type]));
  expect(chapter!.title).not.toBe(type);
  expect(chapter!.color).toMatch(/^var\(--[a-z-]+\)$/);
});

test("an event that is not known is shown by its name", () => {
  expect(titles(story([0, "trial.teleported"]))).toEqual(["trial.teleported"]);
});
