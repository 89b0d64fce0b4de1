/** The largest delay that setTimeout takes; a larger one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Calls `action` once after `ms`, however long that is. Returns how to call it off. */
export function startTimer(ms: number, action: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (leftMs: number) => {
    const delayMs = Math.min(leftMs, MAX_DELAY_MS);
    timer = setTimeout(() => (leftMs > delayMs ? arm(leftMs - delayMs) : action()), delayMs);
  };
  arm(ms);
  return () => clearTimeout(timer);
}
