import type { Timeline } from "../../../core/charts.ts";
import type { Savings } from "../../../core/savings.ts";
import { api, call } from "../../api/client.ts";
import { duration, percent } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";

const PARTS = [
  {
    key: "useful",
    title: "useful",
    color: "var(--state-completed)",
    hint: "Attempts of trials that completed, run or wait for more.",
  },
  {
    key: "pruned",
    title: "pruned",
    color: "var(--state-pruned)",
    hint: "Attempts of trials that were stopped early.",
  },
  {
    key: "failed",
    title: "failed",
    color: "var(--state-failed)",
    hint: "Attempts that were lost, failed or handed back, and trials without a result.",
  },
  {
    key: "idle",
    title: "idle",
    color: "var(--muted)",
    hint: "GPUs between their first start and their last end, with nothing of this study on them.",
  },
] as const;

/** How the time of the whole study is divided, and what stopping early saved. */
export function Totals({ name, totals }: { name: string; totals: Timeline["totals"] }) {
  const savings = useResource(
    `${project.value}/${name}`,
    () =>
      call(() =>
        api.GET("/v1/projects/{project}/studies/{study}/savings", {
          params: { path: { project: project.value, study: name } },
        }),
      ) as Promise<Savings>,
    (event) => event.study === name && event.type === "trial.finished",
  );
  const parts = PARTS.flatMap((part) => {
    const seconds = totals[part.key];
    return seconds === null ? [] : [{ ...part, seconds }];
  });
  const all = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const text = parts.map(({ title, seconds }) => `${title} ${duration(seconds)}`).join(", ");
  return (
    <section class="panel stack" style={{ gap: 12 }} aria-label="Totals">
      <div
        role="img"
        aria-label={text}
        style={{
          display: "flex",
          gap: 2,
          height: 14,
          borderRadius: 4,
          overflow: "hidden",
          background: "var(--sunken)",
        }}
      >
        {parts.map(({ key, color, seconds, title }) =>
          seconds === 0 ? null : (
            <span
              key={key}
              title={`${title}: ${duration(seconds)}`}
              style={{ background: color, width: `${(100 * seconds) / (all || 1)}%`, minWidth: 2 }}
            />
          ),
        )}
      </div>
      <div class="kpis">
        {parts.map(({ key, title, color, seconds, hint }) => (
          <div key={key} title={hint}>
            <strong>{duration(seconds)}</strong>
            <span class="muted">
              <span aria-hidden="true" style={{ color }}>
                ■{" "}
              </span>
              {title}, {percent(all === 0 ? 0 : seconds / all)}
            </span>
          </div>
        ))}
      </div>
      <p style={{ margin: 0 }}>{savings.data?.text ?? "…"}</p>
    </section>
  );
}
