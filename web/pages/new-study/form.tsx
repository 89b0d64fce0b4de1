import { api, call } from "../../api/client.ts";
import { useResource } from "../../app/resource.ts";
import { Field } from "./field.tsx";
import { type Form, FormContext } from "./form-context.ts";
import { Limits } from "./limits.tsx";
import { Objectives } from "./objectives.tsx";
import { Parameters } from "./parameters.tsx";
import { Search } from "./search.tsx";
import { Section } from "./section.tsx";

/** Fields that the form shows; every other one is left as the YAML has it. */
const SHOWN = new Set([
  "name",
  "description",
  "command",
  "workingDirectory",
  "parameters",
  "objectives",
  "algorithm",
  "fidelity",
  "earlyStopping",
  "budget",
  "parallelism",
  "resources",
  "seed",
  "tags",
]);

interface SpecFormProps {
  form: Form;
  /** The YAML cannot be read just now: what is shown is from before. */
  disabled: boolean;
}

/** The specification as a form. */
export function SpecForm({ form, disabled }: SpecFormProps) {
  const version = useResource("version", () => call(() => api.GET("/v1/version")));
  const others = Object.keys(form.spec).filter((key) => !SHOWN.has(key));
  return (
    <FormContext.Provider value={form}>
      <fieldset
        disabled={disabled}
        class="stack"
        style={{ border: 0, padding: 0, margin: 0, minWidth: 0, opacity: disabled ? 0.6 : 1 }}
      >
        <legend class="visually-hidden">The study as a form</legend>
        <Section title="What">
          <div class="row" style={{ alignItems: "start" }}>
            <Field path={["name"]} label="Name" width={26} />
            <Field path={["tags"]} label="Tags" as="list" placeholder="none" />
          </div>
          <Field path={["description"]} label="Description" placeholder="none" />
          <Field
            path={["command"]}
            label="Command, without a shell; {{args}} stands for the parameters"
            as="words"
            placeholder="none: your own program asks for trials"
          />
          <Field
            path={["workingDirectory"]}
            label="Folder in which it runs, on the agent's host"
            placeholder="the trial's own"
          />
        </Section>
        <Parameters />
        <Objectives />
        <Search
          algorithms={version.data?.algorithms ?? []}
          schedules={version.data?.schedules ?? []}
          stoppers={version.data?.earlyStoppers ?? []}
        />
        <Limits />
        {others.length === 0 ? null : (
          <p class="muted" style={{ margin: 0 }}>
            Only in the YAML, and left as they are: {others.join(", ")}.
          </p>
        )}
      </fieldset>
    </FormContext.Provider>
  );
}
