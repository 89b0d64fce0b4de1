import { Choice, Field } from "./field.tsx";
import { arrayAt, errorsAt, useForm } from "./form-context.ts";
import { Section } from "./section.tsx";

/** What is measured, and which way is better. */
export function Objectives() {
  const { spec, errors, set } = useForm();
  const objectives = arrayAt(spec, ["objectives"]);
  const own = errorsAt(errors, ["objectives"]).filter(({ pointer }) =>
    /^\/objectives(\/\d+)?$/.test(pointer),
  );
  const add = () => set(["objectives", objectives.length], { metric: "loss", goal: "minimize" });
  return (
    <Section
      title={objectives.length > 1 ? "Objectives" : "Objective"}
      errors={own}
      controls={
        <button type="button" class="link" onClick={add}>
          Add one
        </button>
      }
    >
      {objectives.map((_, index) => (
        <div key={index} class="row" style={{ alignItems: "start" }}>
          <Field path={["objectives", index, "metric"]} label="Metric" width={22} />
          <Choice
            path={["objectives", index, "goal"]}
            label="Goal"
            options={["minimize", "maximize"]}
            otherwise=""
          />
          <Choice
            path={["objectives", index, "strategy"]}
            label="Counts"
            options={["last", "min", "max"]}
            otherwise="last"
          />
          <Field
            path={["objectives", index, "target"]}
            label="Ends the study at"
            as="number"
            width={14}
            placeholder="no target"
          />
          {objectives.length > 1 ? (
            <button
              type="button"
              class="link"
              style={{ paddingTop: 22 }}
              aria-label={`Remove objective ${index + 1}`}
              onClick={() => set(["objectives", index], undefined)}
            >
              Remove
            </button>
          ) : null}
        </div>
      ))}
    </Section>
  );
}
