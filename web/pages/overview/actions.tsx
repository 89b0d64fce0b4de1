import { useState } from "preact/hooks";
import type { StudyResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import type { ProblemError } from "../../api/problem.ts";
import { plural } from "../../app/format.ts";
import { project } from "../../app/router.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/notes.tsx";

type Action = "pause" | "resume" | "stop";

/** Pause, resume and stop; what cannot be undone is asked first. */
export function StudyActions({ study, onDone }: { study: StudyResource; onDone: () => void }) {
  const [underWay, setUnderWay] = useState<Action | null>(null);
  const [error, setError] = useState<ProblemError | null>(null);
  const [asking, setAsking] = useState(false);

  const act = async (action: Action) => {
    setUnderWay(action);
    setError(null);
    try {
      const params = { path: { project: project.value, study: study.name } };
      await call(() => api.POST(`/v1/projects/{project}/studies/{study}/${action}`, { params }));
      onDone();
    } catch (problem) {
      setError(problem as ProblemError);
    } finally {
      setUnderWay(null);
      setAsking(false);
    }
  };
  if (study.state === "done") return null;
  const busy = underWay !== null;
  return (
    <div class="stack no-print" style={{ marginBottom: 14 }}>
      <div class="row">
        {study.state === "running" ? (
          <button type="button" disabled={busy} onClick={() => void act("pause")}>
            Pause
          </button>
        ) : null}
        {study.state === "paused" ? (
          <button type="button" class="primary" disabled={busy} onClick={() => void act("resume")}>
            Resume
          </button>
        ) : null}
        <button
          type="button"
          class="danger"
          disabled={busy || study.state === "stopping"}
          onClick={() => setAsking(true)}
        >
          Stop …
        </button>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {asking ? (
        <StopQuestion
          study={study}
          busy={busy}
          onStop={() => void act("stop")}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}

interface StopQuestionProps {
  study: StudyResource;
  busy: boolean;
  onStop: () => void;
  onClose: () => void;
}

function StopQuestion({ study, busy, onStop, onClose }: StopQuestionProps) {
  const { running, queued, paused } = study.counts;
  return (
    <Dialog title={`Stop ${study.name}?`} onClose={onClose}>
      <p style={{ margin: 0 }}>
        It ends for good: {plural(running, "running trial")} {running === 1 ? "is" : "are"} stopped,{" "}
        {queued + paused} that wait {queued + paused === 1 ? "is" : "are"} cancelled. Results so far stay.
      </p>
      <div class="row">
        <button type="button" class="danger" disabled={busy} onClick={onStop}>
          Stop the study
        </button>
        <button type="button" disabled={busy} onClick={onClose}>
          Let it run
        </button>
      </div>
    </Dialog>
  );
}
