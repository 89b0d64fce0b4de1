import type { StudyResource } from "../../../core/resources.ts";
import { Copyable } from "../../ui/copy-button.tsx";
import { Empty } from "../../ui/notes.tsx";

/** Where nothing is reported yet: how to report. */
export function NoValues({ study }: { study: StudyResource | null }) {
  const metric = study?.spec.objectives[0]?.metric ?? "val_acc";
  const running = study !== null && study.counts.running > 0;
  return (
    <section class="panel">
      <Empty>
        <strong>No intermediate values.</strong>
        <span>
          {running
            ? "Trials are running; none has reported a value yet."
            : "No trial has reported a value for a step."}{" "}
          With values for each epoch, bad trials can be stopped early. Two ways to report them:
        </span>
      </Empty>
      <div class="columns">
        <div class="stack" style={{ gap: 6 }}>
          <h2>Print them</h2>
          <span class="muted">One line a step, in about any common form; it is read off stdout.</span>
          <Copyable text={`print(f"epoch={epoch} ${metric}={value}")`} />
        </div>
        <div class="stack" style={{ gap: 6 }}>
          <h2>Write them</h2>
          <span class="muted">
            JSON lines, appended to the file that <code>FETTLE_METRICS_FILE</code> names.
          </span>
          <Copyable text={`{"step": 1, ${JSON.stringify(metric)}: 0.913}`} />
        </div>
      </div>
    </section>
  );
}
