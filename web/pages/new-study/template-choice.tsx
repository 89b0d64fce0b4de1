import { useState } from "preact/hooks";
import { Dialog } from "../../ui/dialog.tsx";
import { type Template, templates } from "./templates.ts";
import type { Draft } from "./use-draft.ts";

/** Begins anew from a template; what somebody wrote is not thrown away unasked. */
export function TemplateChoice({ draft }: { draft: Draft }) {
  const [asked, setAsked] = useState<Template | null>(null);
  const current = templates.find(({ text }) => text === draft.text)?.id ?? "";
  const choose = (id: string) => {
    const template = templates.find((each) => each.id === id);
    if (template === undefined) return;
    if (draft.untouched) draft.setText(template.text);
    else setAsked(template);
  };
  const replace = () => {
    if (asked !== null) draft.setText(asked.text);
    setAsked(null);
  };
  return (
    <>
      <label style={{ minWidth: 0, maxWidth: "100%" }}>
        <span class="nowrap">Begin with</span>
        <select style={{ flex: 1 }} value={current} onChange={(event) => choose(event.currentTarget.value)}>
          {current === "" ? <option value="">your text</option> : null}
          {templates.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {asked === null ? null : (
        <Dialog title="Replace what you wrote?" onClose={() => setAsked(null)}>
          <p style={{ margin: 0 }}>The text gives way to “{asked.name}”.</p>
          <div class="row">
            <button type="button" class="danger" onClick={replace}>
              Replace
            </button>
            <button type="button" onClick={() => setAsked(null)}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
