/**
 * Polls until `condition` gives something truthy and returns it; rejects with `what` after `timeoutMs` (default 10 s).
 * The one way in which a test waits: for a fact, never for a time.
 */
export async function waitFor<Value>(
  condition: () => Value | Promise<Value>,
  options: { timeoutMs?: number; what?: string; everyMs?: number } = {},
): Promise<NonNullable<Value>> {
  const { timeoutMs = 10_000, what = "the condition", everyMs = 10 } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`${what} did not come true within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
