import { useState } from "preact/hooks";
import type { StudyResource, TrialDetail } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import type { ProblemError } from "../../api/problem.ts";
import { go, project } from "../../app/router.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/notes.tsx";
import { trialPage } from "./data.ts";
import { EnqueueForm } from "./enqueue-form.tsx";

interface TrialActionsProps {
  name: string;
  trial: TrialDetail;
  study: StudyResource | null;
  reload: () => void;
}

const STOPPABLE = new Set(["queued", "running", "paused"]);
const RETRYABLE = new Set(["failed", "infeasible", "cancelled"]);

const OVER = "The study takes no more trials.";

/** What can be done with a trial; the answer of the server is said in place. */
export function TrialActions({ name, trial, study, reload }: TrialActionsProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ProblemError | null>(null);
  const [open, setOpen] = useState<"stop" | "edit" | null>(null);
  const over = study !== null && (study.state === "done" || study.state === "stopping");
  const params = { path: { project: project.value, study: name, number: trial.number } };
  const act = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await action();
      reload();
    } catch (problem) {
      setError(problem as ProblemError);
    }
    setBusy(false);
    setOpen(null);
  };
  const stop = () =>
    call(() => api.POST("/v1/projects/{project}/studies/{study}/trials/{number}/stop", { params }));
  const retry = () =>
    call(() => api.POST("/v1/projects/{project}/studies/{study}/trials/{number}/retry", { params }));
  const repeat = async () => go(trialPage(name, await enqueue(name, trial.params)));
  return (
    <>
      <div class="row no-print">
        {STOPPABLE.has(trial.state) ? (
          <button
            type="button"
            class="danger"
            disabled={busy || trial.stopRequested !== null}
            onClick={() => setOpen("stop")}
          >
            {trial.stopRequested === null ? "Stop…" : "Stopping"}
          </button>
        ) : null}
        {RETRYABLE.has(trial.state) ? (
          <button type="button" disabled={busy} onClick={() => void act(retry)}>
            Retry
          </button>
        ) : null}
        <button
          type="button"
          disabled={busy || over}
          title={over ? OVER : "Queue another trial with the same parameters"}
          onClick={() => void act(repeat)}
        >
          Repeat
        </button>
        <button
          type="button"
          disabled={busy || study === null || over}
          title={over ? OVER : "Queue another trial with changed parameters"}
          onClick={() => setOpen("edit")}
        >
          Edit and enqueue…
        </button>
      </div>
      {error === null ? null : (
        <div style={{ flexBasis: "100%" }}>
          <ErrorNote error={error} />
        </div>
      )}
      {open === "stop" ? (
        <Dialog title={`Stop trial ${trial.number}?`} onClose={() => setOpen(null)}>
          <p style={{ margin: 0 }}>
            It ends as cancelled; what it has measured stays, but it does not count as a result.
          </p>
          <div class="row">
            <button type="button" class="danger" disabled={busy} onClick={() => void act(stop)}>
              Stop it
            </button>
            <button type="button" onClick={() => setOpen(null)}>
              Let it run
            </button>
          </div>
        </Dialog>
      ) : null}
      {open === "edit" && study !== null ? (
        <Dialog title="Enqueue a trial like this one" onClose={() => setOpen(null)}>
          <EnqueueForm
            parameters={study.spec.parameters}
            params={trial.params}
            enqueue={(edited) => enqueue(name, edited)}
            onDone={(number) => (number === null ? setOpen(null) : go(trialPage(name, number)))}
          />
        </Dialog>
      ) : null}
    </>
  );
}

/** @returns the new trial's number. @throws ProblemError */
async function enqueue(study: string, params: TrialDetail["params"]): Promise<number> {
  const trial = await call(() =>
    api.POST("/v1/projects/{project}/studies/{study}/trials", {
      params: { path: { project: project.value, study } },
      body: { params } as never,
    }),
  );
  return trial.number;
}
