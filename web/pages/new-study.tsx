import { useMemo, useRef } from "preact/hooks";
import { useTitle } from "../app/title.ts";
import { ErrorNote } from "../ui/notes.tsx";
import { SpecForm } from "./new-study/form.tsx";
import { type Issue, Issues, issueOf } from "./new-study/issues.tsx";
import { PreviewPanels } from "./new-study/preview.tsx";
import { readSpec, type SpecText, writeValue } from "./new-study/spec-text.ts";
import { StartBar } from "./new-study/start-bar.tsx";
import { TemplateChoice } from "./new-study/template-choice.tsx";
import { type Check, useCheck } from "./new-study/use-check.ts";
import { useDraft } from "./new-study/use-draft.ts";
import { goToLine, YamlEditor } from "./new-study/yaml-editor.tsx";

/** Will this do what I mean? */
export default function NewStudyPage() {
  const draft = useDraft();
  const read = useMemo(() => readSpec(draft.text), [draft.text]);
  const check = useCheck(read);
  const lastReadable = useRef<Readonly<Record<string, unknown>>>({});
  if (read.spec !== null) lastReadable.current = read.spec;
  const editor = useRef<HTMLTextAreaElement>(null);
  const issues = issuesOf(read, check);
  const checked = check.text === draft.text;
  const errors = issues.filter(({ severity }) => severity === "error");
  const isKnown = read.spec === null || (checked && check.failure === null);
  const known = isKnown ? errors.length : checked ? "unknown" : "checking";
  const form = {
    spec: lastReadable.current,
    errors: read.spec === null ? [] : check.errors,
    set: (path: readonly (string | number)[], value: unknown) =>
      draft.setText(writeValue(draft.text, path, value)),
  };
  useTitle("New study");
  return (
    <>
      <div class="page-head">
        <h1 class="grow">New study</h1>
        <TemplateChoice draft={draft} />
      </div>
      <p class="question">Will this do what I mean?</p>
      {draft.error === null ? null : <ErrorNote error={draft.error} />}
      <div class="columns">
        <section class="panel" aria-label="Form">
          <SpecForm form={form} disabled={read.spec === null} />
        </section>
        <div class="stack" style={{ alignContent: "start" }}>
          <section class="panel stack" style={{ gap: 10 }} aria-label="YAML">
            <StartBar spec={read} errors={known} />
            {check.failure === null ? null : <ErrorNote error={check.failure} />}
            <Issues issues={issues} onLine={(line) => goToLine(editor.current, line)} />
            <YamlEditor text={draft.text} onText={draft.setText} marks={marksOf(errors)} editor={editor} />
          </section>
          {check.preview === null ? null : (
            <PreviewPanels preview={check.preview} stale={!checked || errors.length > 0} />
          )}
        </div>
      </div>
    </>
  );
}

function issuesOf(read: SpecText, check: Check): Issue[] {
  if (read.spec === null)
    return read.problems.map((problem) => ({ ...problem, place: "", severity: "error" as const }));
  return [
    ...check.errors.map((error) => issueOf(error, read.lineOf, "error")),
    ...check.warnings.map((warning) => issueOf(warning, read.lineOf, "warning")),
  ];
}

function marksOf(errors: readonly Issue[]): Map<number, string> {
  const marks = new Map<number, string>();
  for (const { line, message } of errors)
    marks.set(line, [marks.get(line), message].filter(Boolean).join(" "));
  return marks;
}
