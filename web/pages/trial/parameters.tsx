import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Json } from "../../../core/json.ts";
import type { StudyResource, TrialDetail } from "../../../core/resources.ts";
import type { Parameter } from "../../../core/space.ts";
import { paramText } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { project, query, setQuery } from "../../app/router.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { FORMS, type Form } from "../../ui/copy-forms.ts";
import { Link } from "../../ui/link.tsx";
import { readTrial, trialPage } from "./data.ts";
import { difference } from "./difference.ts";
import type { TabProps } from "./tab-props.ts";

/** What it was run with, beside the best trial and the one that it started from. */
export function Parameters({ name, trial, study }: TabProps) {
  const best = study?.best ?? null;
  const parent = useResource(`${project.value}/${name}/${trial.parent}`, async () =>
    trial.parent === null ? null : readTrial(name, trial.parent),
  );
  const others = [
    ...(best === null || best.trial === trial.number
      ? []
      : [{ role: "best", number: best.trial, params: best.params }]),
    ...(parent.data === null
      ? []
      : [{ role: "parent", number: parent.data.number, params: parent.data.params }]),
  ];
  const names = [...new Set([trial.params, ...others.map(({ params }) => params)].flatMap(Object.keys))];
  const order = study?.spec.parameters.map((parameter) => parameter.name) ?? names;
  names.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return (
    <div class="columns">
      <section class="panel">
        <header>
          <h2>Parameters</h2>
          {best?.trial === trial.number ? <span class="chip">the best trial</span> : null}
        </header>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>name</th>
                <th class="number">value</th>
                {others.map(({ role, number }) => (
                  <th key={role} class="number">
                    {role}: <Link to={trialPage(name, number)}>trial {number}</Link>
                    <div class="small">and the difference</div>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {names.map((param) => (
                <tr key={param}>
                  <th
                    scope="row"
                    style={{ position: "static", fontWeight: 400, color: "inherit" }}
                    title={param}
                  >
                    {param}
                  </th>
                  <Value value={trial.params[param]} />
                  {others.map(({ role, params }) => (
                    <Value key={role} value={params[param]} muted>
                      {difference(trial.params[param], params[param], parameterOf(study, param))}
                    </Value>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p class="muted small">
          Seed {trial.seed}. {trial.proposed}
        </p>
      </section>
      <TakeAlong trial={trial} study={study} />
    </div>
  );
}

interface ValueProps {
  value: Json | undefined;
  muted?: boolean;
  /** Beneath the value: a column of its own would not be seen on a phone. */
  children?: ComponentChildren;
}

function Value({ value, muted = false, children }: ValueProps) {
  const text = value === undefined ? "–" : paramText(value);
  return (
    <td class="number" title={JSON.stringify(value)}>
      <span class={`mono clip ${muted ? "muted" : ""}`} style={VALUE}>
        {text}
      </span>
      {children === undefined ? null : <div class="small">{children}</div>}
    </td>
  );
}

const VALUE = { display: "inline-block", verticalAlign: "bottom", maxWidth: "min(28ch, 30vw)" };

function parameterOf(study: StudyResource | null, name: string): Parameter | undefined {
  return study?.spec.parameters.find((parameter) => parameter.name === name);
}

/** The parameters as text to copy. The form stays in the address. */
function TakeAlong({ trial, study }: { trial: TrialDetail; study: StudyResource | null }) {
  const form = FORMS.find((one) => one === query.value.get("as")) ?? "flags";
  const [text, setText] = useState("");
  useEffect(() => {
    void render(form, trial, study).then(setText);
  }, [form, trial, study]);
  return (
    <section class="panel">
      <header>
        <h2>Take along</h2>
        <CopyButton text={text} />
      </header>
      <fieldset class="row" style={{ border: 0, margin: "0 0 8px", padding: 0 }}>
        <legend class="visually-hidden">Form</legend>
        {FORMS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === form}
            class={one === form ? "primary" : ""}
            onClick={() => setQuery({ as: one })}
          >
            {one}
          </button>
        ))}
      </fieldset>
      <pre class="scroll" style={{ background: "var(--sunken)", padding: "8px 10px", borderRadius: 6 }}>
        {text.split(/(\s+)/).map((word, index) => (
          // Else a line may end after the hyphens of a flag.
          <span key={index} class={word.trim() === "" ? "" : "nowrap"}>
            {word}
          </span>
        ))}
      </pre>
    </section>
  );
}

/** What renders arguments is loaded when it is first needed. */
async function render(form: Form, trial: TrialDetail, study: StudyResource | null): Promise<string> {
  const { copyAs } = await import("../../ui/copy-as.ts");
  const rules = study?.spec.arguments ?? { style: "equals", booleans: "value", booleanOverrides: {} };
  try {
    return copyAs(form, trial.params as never, rules);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
