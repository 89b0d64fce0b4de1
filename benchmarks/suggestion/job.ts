import { algorithms } from "../../algorithms/index.ts";
import { messageOf } from "../../core/errors.ts";
import { residentMb } from "./bundled-memory.ts";
import { measure } from "./measure.ts";
import { measurePeer } from "./peer.ts";
import { timeReplay } from "./replay.ts";
import type { TimingResult, TimingTask } from "./tasks.ts";

/** A fresh process that answers one task and ends. */

const SUGGESTIONS = 50;
/** No further suggestion is timed after these. */
const SECONDS = 20;
const SEED = 1;

export type JobReply = { result: TimingResult } | { error: string };

process.once("message", async (task: TimingTask) => {
  const reply: JobReply = await answer(task).then(
    (result) => ({ result }),
    (error) => ({ error: messageOf(error) }),
  );
  process.send!(reply, () => process.exit());
});
process.on("disconnect", () => process.exit());

async function answer(task: TimingTask): Promise<TimingResult> {
  const { method, dimensions, trials } = task;
  const study = { algorithm: method, dimensions, trials, seed: SEED };
  switch (task.kind) {
    case "replay":
      return { value: timeReplay(study) };
    case "memory":
      return { value: await residentMb(task) };
    case "suggestion": {
      const limits = { suggestions: SUGGESTIONS, seconds: SECONDS };
      const timing = Object.hasOwn(algorithms, method)
        ? measure({ ...study, ...limits, config: {} })
        : await measurePeer({ ...study, ...limits, peer: method });
      return { value: timing.p50Ms, p95: timing.p95Ms, first: timing.firstMs, wall: timing.wallMs };
    }
  }
}
