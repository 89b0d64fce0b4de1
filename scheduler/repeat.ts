export interface Repeated {
  /** Runs it soon instead of at its time. */
  now(): void;
  stop(): Promise<void>;
}

/** Runs `work` again and again with a pause between, never twice at once, whatever it throws. */
export function repeat(
  work: () => Promise<unknown>,
  pauseMs: () => number,
  onError: (error: unknown) => void,
): Repeated {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  const run = () => {
    clearTimeout(timer);
    current = current
      .then(() => (stopped ? undefined : work()))
      .catch(onError)
      .then(() => {
        clearTimeout(timer);
        if (!stopped) timer = setTimeout(run, pauseMs());
      });
  };
  run();
  return {
    now: run,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
