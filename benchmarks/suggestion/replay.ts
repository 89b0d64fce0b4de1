import { createLogSearch } from "../../scheduler/log-search.ts";
import { studyLog } from "./log.ts";
import { timed } from "./stopwatch.ts";

/** Milliseconds from a log in memory to the first suggestion, as after a crash of the scheduler. */
export function timeReplay(options: {
  algorithm: string;
  dimensions: number;
  trials: number;
  seed: number;
}): number {
  const { definition, events } = studyLog(options);
  return timed(() => {
    const search = createLogSearch(definition);
    for (const event of events) search.observe(event);
    search.suggest(options.trials);
  }).quiet;
}
