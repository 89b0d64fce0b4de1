import type { Executor } from "../../core/executor.ts";
import { processExecutor } from "./process.ts";

export { sweepLeftovers } from "./leftovers.ts";

/** Every way to run an attempt, by name. */
export const executors: Readonly<Record<string, Executor>> = { process: processExecutor };
