import type { Savings } from "../../../core/savings.ts";
import { api, call } from "../../api/client.ts";
import { percent, plural } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { Loaded } from "../../ui/notes.tsx";

/** How often stopping was wrong, measured by the trials that were left to run on. */
export function HeldOut({ name }: { name: string }) {
  const savings = useResource(
    `${project.value}/${name}`,
    () =>
      call(() =>
        api.GET("/v1/projects/{project}/studies/{study}/savings", {
          params: { path: { project: project.value, study: name } },
        }),
      ) as Promise<Savings>,
    (event) => event.study === name && (event.type === "trial.finished" || event.type === "trial.held-out"),
  );
  return (
    <section class="panel">
      <header>
        <h2>What stopping was worth</h2>
      </header>
      <Loaded resource={savings}>
        {({ text, holdout }) => (
          <div class="stack" style={{ gap: 10 }}>
            {holdout === null ? null : <Rate holdout={holdout} />}
            <p style={{ margin: 0 }}>{text}</p>
            {holdout === null ? (
              <p class="muted" style={{ margin: 0 }}>
                How often pruning is wrong is not measured in this study. With <code>earlyStopping</code>’s{" "}
                <code>holdout: 0.1</code> a tenth of the trials that should be pruned run on, and tell.
              </p>
            ) : null}
          </div>
        )}
      </Loaded>
    </section>
  );
}

function Rate({ holdout }: { holdout: NonNullable<Savings["holdout"]> }) {
  const { heldOut, completed, wrong, low, high } = holdout;
  return (
    <div class="kpis">
      <div>
        <strong>
          {wrong} of {completed}
        </strong>
        <span class="muted">wrongly pruned</span>
      </div>
      <div>
        <strong>
          {percent(low)} – {percent(high)}
        </strong>
        <span class="muted">95 % interval of the rate</span>
      </div>
      <div>
        <strong>{heldOut}</strong>
        <span class="muted">{plural(heldOut, "trial").replace(/^\d+ /, "")} held out</span>
      </div>
    </div>
  );
}
