import { EXIT_CODES } from "./failure.ts";

/**
 * Calls the steps in turn, one for each SIGTERM or SIGINT; after the last one the process ends at once. Returns a
 * function that removes the handlers.
 */
export function onStopSignals(steps: readonly (() => void)[]): () => void {
  let count = 0;
  const handle = () => {
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
