import { useState } from "preact/hooks";
import type { StudyResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { go, project, setQuery } from "../../app/router.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { compareAddress } from "./selection.ts";

type Action = "pause" | "resume" | "stop";

const SUITS: Readonly<Record<Action, readonly StudyResource["state"][]>> = {
  pause: ["running"],
  resume: ["paused"],
  stop: ["running", "paused"],
};

interface BulkBarProps {
  /** Those selected, of this page. */
  studies: readonly StudyResource[];
  onDone: () => void;
}

/** What can be done with the selected studies at once. */
export function BulkBar({ studies, onDone }: BulkBarProps) {
  const [under, setUnder] = useState<Action | null>(null);
  const [asking, setAsking] = useState(false);
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  if (studies.length === 0) return null;
  const suited = (action: Action) => studies.filter(({ state }) => SUITS[action].includes(state));
  const act = async (action: Action) => {
    setUnder(action);
    setAsking(false);
    const outcomes = await Promise.all(suited(action).map(({ name }) => actOn(name, action)));
    setRefusals(outcomes.filter((refusal) => refusal !== null));
    setUnder(null);
    onDone();
  };
  const button = (action: Action, label: string, run: () => void) => (
    <button type="button" disabled={under !== null || suited(action).length === 0} onClick={run}>
      {under === action ? "…" : label}
    </button>
  );
  return (
    <div class="stack no-print" style={{ gap: 6, marginBottom: 8 }}>
      <div class="row" role="toolbar" aria-label="With the selected studies">
        <strong>{studies.length} selected</strong>
        {button("pause", "Pause", () => void act("pause"))}
        {button("resume", "Resume", () => void act("resume"))}
        {button("stop", "Stop …", () => setAsking(true))}
        <button
          type="button"
          disabled={studies.length < 2}
          onClick={() => go(compareAddress(studies.map(({ name }) => name)))}
        >
          Compare
        </button>
        <button type="button" class="link" onClick={() => setQuery({ selected: null })}>
          Select none
        </button>
      </div>
      {refusals.map((refusal) => (
        <div key={refusal} class="note bad" role="alert">
          {refusal}
        </div>
      ))}
      {asking ? (
        <StopDialog
          names={suited("stop").map(({ name }) => name)}
          onStop={() => void act("stop")}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}

/** Null when done; else why not. */
async function actOn(study: string, action: Action): Promise<string | null> {
  const params = { path: { project: project.value, study } };
  try {
    await call(() => api.POST(`/v1/projects/{project}/studies/{study}/${action}`, { params }));
    return null;
  } catch (error) {
    return `${study}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface StopDialogProps {
  names: readonly string[];
  onStop: () => void;
  onClose: () => void;
}

function StopDialog({ names, onStop, onClose }: StopDialogProps) {
  return (
    <Dialog title={`Stop ${names.length === 1 ? names[0] : `${names.length} studies`}?`} onClose={onClose}>
      <p style={{ margin: 0 }}>
        Running trials are told to stop, queued ones are cancelled, and no more are started. This cannot be
        undone; what was measured stays.
      </p>
      {names.length > 1 ? <p class="muted">{names.join(", ")}</p> : null}
      <div class="row">
        <button type="button" class="danger" onClick={onStop}>
          Stop
        </button>
        <button type="button" onClick={onClose}>
          Keep running
        </button>
      </div>
    </Dialog>
  );
}
