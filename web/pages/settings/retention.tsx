/** What is kept, as store/postgres/sweep.ts and the configuration have it. */
const KEPT = [
  ["Studies, trials, metrics, logs", "until the study is deleted"],
  ["A log past its cap", "its head and its tail, with how much is missing"],
  ["Checkpoints on agents", "of trials that can go on, and of the best that ended"],
  ["Ended webhook deliveries", "seven days"],
  ["Answers to an Idempotency-Key", "24 hours"],
  ["Revoked and expired tokens", "30 days, then they leave the list"],
] as const;

export function Retention() {
  return (
    <section class="panel" aria-label="What is kept">
      <header>
        <h2>What is kept, and for how long</h2>
      </header>
      <dl class="facts" style={{ gridTemplateColumns: "minmax(0, 2fr) minmax(0, 3fr)" }}>
        {KEPT.map(([what, long]) => (
          <>
            <dt>{what}</dt>
            <dd>{long}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
