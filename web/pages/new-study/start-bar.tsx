import { useMemo } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { go, project } from "../../app/router.ts";
import { useAction } from "../../app/use-action.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorNote } from "../../ui/notes.tsx";
import type { SpecText } from "./spec-text.ts";
import { forgetDraft } from "./use-draft.ts";

interface StartBarProps {
  spec: SpecText;
  /** How many errors there are, once that is known. */
  errors: number | "checking" | "unknown";
}

/** Creates the study, here or by the command line. */
export function StartBar({ spec, errors }: StartBarProps) {
  const { underWay, error, run } = useAction();
  // The same text is the same study: should its answer get lost, asking again does not make a second one.
  const key = useMemo(randomKey, [spec.text]);
  const start = () =>
    run(async () => {
      const study = await call(() =>
        api.POST("/v1/projects/{project}/studies", {
          params: { path: { project: project.value } },
          headers: { "Idempotency-Key": key },
          body: spec.spec as never,
        }),
      );
      forgetDraft();
      go(`/studies/${encodeURIComponent(study.name)}`);
    });
  return (
    <div class="stack" style={{ gap: 8 }}>
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={underWay || errors !== 0}
          onClick={() => void start()}
        >
          {underWay ? "Starting …" : "Start the study"}
        </button>
        <CopyButton label="Copy as CLI" text={cliText(spec.text)} />
        <span class="muted" role="status">
          {verdict(errors)}
        </span>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
    </div>
  );
}

function verdict(errors: StartBarProps["errors"]): string {
  if (errors === "checking") return "Checking …";
  if (errors === "unknown") return "";
  if (errors === 0) return "The server would take it.";
  return `${errors} ${errors === 1 ? "error" : "errors"} to mend first.`;
}

const KEY_BYTES = 16;

/** `crypto.randomUUID` is there on HTTPS and loopback alone. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function cliText(text: string): string {
  const inProject = project.value === "default" ? "" : ` --project ${project.value}`;
  return `fettle study create --url ${window.location.origin}${inProject} -f - <<'STUDY'\n${text.trimEnd()}\nSTUDY\n`;
}
