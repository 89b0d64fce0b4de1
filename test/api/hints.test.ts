import { expect, test, vi } from "vitest";
import { createHints, type HintsOptions } from "../../api/hints.ts";
import { recordingQueue } from "../support/api.ts";
import { silentLog } from "../support/log.ts";
import { waitFor } from "../support/wait-for.ts";

const study = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;

function hintsOn(queue: HintsOptions["queue"]) {
  const counts = { published: 0, failed: 0 };
  const hints = createHints({
    queue,
    log: silentLog,
    onPublished: () => counts.published++,
    onFailed: () => counts.failed++,
  });
  return { hints, counts };
}

test("a burst of changes gives a hint at once and one at its end", async () => {
  const queue = recordingQueue();
  const { hints } = hintsOn(queue);
  for (let change = 0; change < 500; change++) hints.advance(study(1));
  expect(queue.published).toHaveLength(1);
  await waitFor(() => queue.published.length === 2);
  await hints.close();
  expect(queue.published).toHaveLength(2);
});

test("studies do not share a gap", () => {
  const queue = recordingQueue();
  const { hints } = hintsOn(queue);
  hints.advance(study(1));
  hints.advance(study(2));
  expect(queue.published.map(({ data }) => data)).toEqual([{ studyId: study(1) }, { studyId: study(2) }]);
  return hints.close();
});

test("what is held back is published at closing", async () => {
  const queue = recordingQueue("postgres");
  const { hints } = hintsOn(queue);
  hints.advance(study(1));
  hints.advance(study(1));
  await hints.close();
  expect(queue.published).toHaveLength(2);
});

test("a queue that is away fails nobody and is counted", async () => {
  const queue = recordingQueue();
  vi.spyOn(queue, "publish").mockRejectedValue(new Error("away"));
  const { hints, counts } = hintsOn(queue);
  hints.advance(study(1));
  await hints.close();
  expect(counts).toEqual({ published: 0, failed: 1 });
});
