import { DEFAULT_INTERVALS, type Intervals, scaleIntervals } from "../../core/protocol.ts";
import type { Config } from "../config.ts";

/** The agent protocol's intervals, the same in the API and the scheduler. */
export function intervalsOf(config: Pick<Config, "intervalScale">): Intervals {
  return scaleIntervals(DEFAULT_INTERVALS, config.intervalScale);
}
