import { EXIT_CODES } from "./failure.ts";

/** npm and others pass on the Ctrl-C that a terminal has already sent to this process: its echo is no second wish. */
const ECHO_MS = 250;

/**
 * Calls the steps in turn, one for each SIGTERM or SIGINT; after the last one the process ends at once. Returns a
 * function that removes the handlers.
 */
export function onStopSignals(steps: readonly (() => void)[]): () => void {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  const handle = () => {
    const now = performance.now();
    if (now - last < ECHO_MS) return;
    last = now;
    const step = steps[count++];
    if (step === undefined) process.exit(EXIT_CODES.interrupted.code);
    step();
  };
  process.on("SIGTERM", handle);
  process.on("SIGINT", handle);
  return () => {
    process.off("SIGTERM", handle);
    process.off("SIGINT", handle);
  };
}
