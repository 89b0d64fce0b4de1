import { useState } from "preact/hooks";
import type { ArgumentRules } from "../../../core/arguments.ts";
import type { Json } from "../../../core/json.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { FORMS, type Form } from "../../ui/copy-forms.ts";

const FORM_KEY = "fettle-params-as";

interface CopyParamsProps {
  params: Readonly<Record<string, Json>>;
  rules: ArgumentRules;
}

/** Copies a trial's parameters, in the form that was wanted last time. */
export function CopyParams({ params, rules }: CopyParamsProps) {
  const [form, setForm] = useState<Form>(lastForm);
  const choose = (next: Form) => {
    setForm(next);
    localStorage.setItem(FORM_KEY, next);
  };
  return (
    <span class="row">
      <select
        aria-label="Form of the parameters"
        value={form}
        onChange={(event) => choose(event.currentTarget.value as Form)}
      >
        {FORMS.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <CopyButton text={() => textAs(form, params, rules)} label="Copy parameters" />
    </span>
  );
}

async function textAs(form: Form, params: CopyParamsProps["params"], rules: ArgumentRules): Promise<string> {
  const { copyAs } = await import("../../ui/copy-as.ts");
  return copyAs(form, params, rules);
}

function lastForm(): Form {
  const stored = localStorage.getItem(FORM_KEY);
  return FORMS.find((form) => form === stored) ?? "flags";
}
