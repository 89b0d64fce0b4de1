import { themeRevision } from "../../app/theme.ts";
import { shade } from "../../charts/ranks.ts";

const STEPS = 12;

/** What the colours of lines and dots mean. */
export function Legend() {
  void themeRevision.value;
  const stops = Array.from({ length: STEPS + 1 }, (_, step) => shade(step / STEPS)).join(", ");
  return (
    <span class="row muted" style={{ gap: 6 }}>
      worst
      <span
        aria-hidden="true"
        style={{
          width: 90,
          height: 10,
          borderRadius: 3,
          display: "inline-block",
          background: `linear-gradient(90deg, ${stops})`,
        }}
      />
      best, by rank
    </span>
  );
}
