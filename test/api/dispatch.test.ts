import { afterEach, expect, test } from "vitest";
import { createDispatch, type Dispatch } from "../../api/dispatch.ts";
import { recordingQueue } from "../support/api.ts";
import { silentLog } from "../support/log.ts";
import { waitFor } from "../support/wait-for.ts";

const queue = recordingQueue();
const open: Dispatch[] = [];

function dispatch(): Dispatch {
  const made = createDispatch({ queue, log: silentLog, random: () => 0.5 });
  open.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((made) => made.close()));
});

/** Somebody who polls for a trial, and how often they looked. */
function waiter(
  on: Dispatch,
  trials: { left: number },
  options: { waitMs?: number; signal?: AbortSignal } = {},
) {
  const state = { looks: 0, answer: undefined as boolean | undefined };
  const done = on
    .poll("default", {
      attempt: async () => {
        state.looks += 1;
        if (trials.left === 0) return false;
        trials.left -= 1;
        return true;
      },
      isEmpty: (found) => !found,
      waitMs: options.waitMs ?? 60_000,
      signal: options.signal ?? new AbortController().signal,
    })
    .then((answer) => (state.answer = answer));
  return Object.assign(state, { done });
}

test("a trial that is there is given at once, and nobody listens to hints", async () => {
  await waiter(dispatch(), { left: 1 }).done;
  expect(queue.consumed.size).toBe(0);
});

test("a hint for two trials wakes the two that wait longest", async () => {
  const on = dispatch();
  const trials = { left: 0 };
  const waiters = [waiter(on, trials), waiter(on, trials), waiter(on, trials)];
  await waitFor(() => waiters.every(({ looks }) => looks === 2));
  trials.left = 2;
  await queue.deliver("dispatch-default", { queued: 2 });
  await waitFor(() => waiters[0]!.answer && waiters[1]!.answer);
  expect(waiters[2]).toMatchObject({ looks: 2, answer: undefined });
});

test("without any hint a waiter finds the trial by itself", async () => {
  const trials = { left: 0 };
  const waiting = waiter(dispatch(), trials);
  await waitFor(() => waiting.looks === 2);
  trials.left = 1;
  await waiting.done;
  expect(waiting.answer).toBe(true);
});

test("the wait ends in time with nothing, and at once when the client goes away", async () => {
  const on = dispatch();
  await waiter(on, { left: 0 }, { waitMs: 30 }).done;
  const client = new AbortController();
  const gone = waiter(on, { left: 0 }, { signal: client.signal });
  await waitFor(() => gone.looks === 2);
  client.abort();
  await gone.done;
  expect(gone).toMatchObject({ looks: 2, answer: false });
});

test("a pool's hints are left to others soon after its last waiter went, and taken again with the next", async () => {
  const on = dispatch();
  const consumes = () => queue.consumed.has("dispatch-default");
  await waiter(on, { left: 0 }, { waitMs: 1 }).done;
  expect(consumes()).toBe(true);
  await waitFor(() => !consumes());
  const client = new AbortController();
  const again = waiter(on, { left: 0 }, { signal: client.signal });
  await waitFor(consumes);
  client.abort();
  await again.done;
});

test("pools beyond what connections can serve are served without hints", async () => {
  const on = dispatch();
  const look = (_: unknown, index: number) =>
    on.poll(`pool-${index}`, {
      attempt: async () => false,
      isEmpty: () => true,
      waitMs: 1,
      signal: new AbortController().signal,
    });
  const answers = await Promise.all(Array.from({ length: 300 }, look));
  expect(answers).toHaveLength(300);
  expect(queue.consumed.size).toBe(200);
});
