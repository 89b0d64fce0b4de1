import { expect, test } from "vitest";
import type { AgentResource, QueueItem, StudyResource } from "../../core/resources.ts";
import { needsOf } from "../../web/pages/studies/needs.ts";

function study(name: string, failed: number, completed: number): StudyResource {
  const counts = {
    queued: 0,
    running: 0,
    paused: 0,
    pruned: 0,
    infeasible: 0,
    cancelled: 0,
    failed,
    completed,
  };
  return { name, counts } as StudyResource;
}

test("a study needs somebody when three trials and half of those that ended have failed", () => {
  const needs = (failed: number, completed: number) =>
    needsOf([study("s", failed, completed)], [], []).length;
  expect(needs(3, 3)).toBe(1);
  expect(needs(2, 0)).toBe(0);
  expect(needs(3, 4)).toBe(0);
});

test("a lost host needs somebody, a draining one does not", () => {
  const agent = (name: string, state: AgentResource["state"]) =>
    ({ name, state, reason: { code: state, text: "Silent for 90 s." } }) as AgentResource;
  const needs = needsOf([], [agent("a", "lost"), agent("b", "draining"), agent("c", "up")], []);
  expect(needs.map(({ text }) => text)).toEqual(["Host a: Silent for 90 s."]);
});

test("trials that nothing can run need somebody, once a study; those that wait their turn do not", () => {
  const waiting = (of: string, trial: number, why: string) => ({ study: of, trial, why }) as QueueItem;
  const never = "No agent can ever run it: a has no GPU, 1 GPU needed.";
  const needs = needsOf(
    [],
    [],
    [
      waiting("s", 0, never),
      waiting("s", 1, never),
      waiting("t", 0, "No agent is up; start one with `fettle agent`."),
      waiting("u", 0, "Every agent that could run it is busy: a has no free slot."),
    ],
  );
  expect(needs.map(({ text }) => text)).toEqual([
    `s: 2 trials waiting. ${never}`,
    "t: 1 trial waiting. No agent is up; start one with `fettle agent`.",
  ]);
});
