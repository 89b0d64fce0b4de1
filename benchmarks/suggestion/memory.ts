import { createWorkerPool } from "../../scheduler/worker-pool.ts";
import { studyLog } from "./log.ts";
import type { MemoryTask } from "./tasks.ts";

/**
 * A program of its own, bundled like the service: prints the resident bytes of its process once the scheduler's worker
 * threads hold the studies of the task (its argument, as JSON), each after a suggestion.
 */

const DEADLINE_MS = 300_000;

async function main({ method, dimensions, studies, trials, threads }: MemoryTask): Promise<void> {
  const pool = createWorkerPool({ threads, deadlineMs: DEADLINE_MS });
  for (let study = 0; study < studies; study++) {
    const { definition, events } = studyLog({ algorithm: method, dimensions, trials, seed: study });
    await pool.ask({
      // Pins the studies to the threads in turn.
      studyId: String.fromCharCode(97 + study),
      definition,
      trial: trials,
      seq: events.length,
      events: async (after) => events.slice(after),
    });
  }
  console.log(process.memoryUsage().rss);
  await pool.close();
}

await main(JSON.parse(process.argv[2]!));
