/** Something that one party waits for and others ring. A ring that comes while nobody waits is kept, once. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring (true), after `ms`, or when `signal` aborts (false). */
  wait(ms: number, signal: AbortSignal): Promise<boolean>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) await settled(ms, signal, (resolve) => (wake = resolve));
      wake = undefined;
      const wasRung = rung;
      rung = false;
      return wasRung;
    },
  };
}

/** Resolves after `ms`, when `signal` aborts, or when the function given to `expose` is called. */
async function settled(
  ms: number,
  signal: AbortSignal,
  expose: (resolve: () => void) => void,
): Promise<void> {
  let done: () => void = () => undefined;
  const timer = setTimeout(() => done(), ms);
  await new Promise<void>((resolve) => {
    done = resolve;
    expose(resolve);
    signal.addEventListener("abort", done, { once: true });
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", done);
}
