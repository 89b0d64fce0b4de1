import { Field } from "./field.tsx";
import { useForm, valueAt } from "./form-context.ts";
import { Section } from "./section.tsx";

/** Names that the server has; that of a plug-in can be typed as well. */
interface SearchProps {
  algorithms: readonly string[];
  schedules: readonly string[];
  stoppers: readonly string[];
}

/** Where new trials lie, how far each trains, and which are stopped. */
export function Search({ algorithms, schedules, stoppers }: SearchProps) {
  const { spec, set } = useForm();
  const fidelity = spec.fidelity !== undefined;
  const stopping = spec.earlyStopping !== undefined;
  const severalRules = valueAt(spec, ["earlyStopping", "rules"]) !== undefined;
  return (
    <Section title="Search">
      <div class="row" style={{ alignItems: "start" }}>
        <Field
          path={["algorithm", "name"]}
          label="Algorithm"
          suggestions={algorithms}
          placeholder="auto"
          width={22}
        />
        <Field path={["seed"]} label="Seed" as="number" placeholder="drawn" width={18} />
      </div>
      <label>
        <input
          type="checkbox"
          checked={fidelity}
          onChange={() =>
            set(["fidelity"], fidelity ? undefined : { unit: "epoch", min: 1, max: 27, eta: 3 })
          }
        />
        Train many a little and few to the end: the script reports steps and resumes
      </label>
      {fidelity ? (
        <div class="row" style={{ alignItems: "start" }}>
          <Field
            path={["fidelity", "schedule", "name"]}
            label="Schedule"
            suggestions={schedules}
            placeholder="asha"
            width={20}
          />
          <Field path={["fidelity", "unit"]} label="A step is a" placeholder="step" width={12} />
          <Field path={["fidelity", "min"]} label="Least" as="number" placeholder="1" width={9} />
          <Field path={["fidelity", "max"]} label="Whole training" as="number" width={14} />
          <Field path={["fidelity", "eta"]} label="Eta" as="number" placeholder="3" width={7} />
        </div>
      ) : null}
      <label>
        <input
          type="checkbox"
          checked={stopping}
          onChange={() => set(["earlyStopping"], stopping ? undefined : { name: "median" })}
        />
        Stop trials early that fall behind: the script reports as it trains
      </label>
      {stopping && severalRules ? <p class="muted">Its rules are in the YAML.</p> : null}
      {stopping && !severalRules ? (
        <div class="row" style={{ alignItems: "start" }}>
          <Field path={["earlyStopping", "name"]} label="Early stopper" suggestions={stoppers} width={20} />
          <Field
            path={["earlyStopping", "holdout"]}
            label="Share that runs on"
            title="Of the trials to be stopped, this share runs on all the same, to measure how often stopping is wrong."
            as="number"
            placeholder="0"
            width={18}
          />
        </div>
      ) : null}
    </Section>
  );
}
