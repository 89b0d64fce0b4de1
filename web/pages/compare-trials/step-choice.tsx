import { setQuery } from "../../app/router.ts";
import { Choice } from "../../ui/choice.tsx";
import { type CompareQuery, SHOWN } from "./selection.ts";

interface StepChoiceProps {
  query: CompareQuery;
  /** Steps that can be chosen, ascending. */
  steps: readonly number[];
  step: number | null;
  /** The last one that all have reached. */
  common: number | null;
  unit: string;
}

/** Which value of a metric stands for a trial. At an equal step is the honest one where some trained longer. */
export function StepChoice({ query, steps, step, common, unit }: StepChoiceProps) {
  const index = step === null ? -1 : steps.findLastIndex((candidate) => candidate <= step);
  const beyond = step !== null && common !== null && step > common;
  return (
    <div class="row">
      <Choice
        label="Which value of a metric"
        value={query.show}
        options={SHOWN}
        onChange={(show) => setQuery({ show: show === "last" ? null : show }, true)}
      />
      {query.show !== "step" || steps.length === 0 ? null : (
        <label class="step">
          <span class="nowrap">
            {unit} {step ?? "–"}
          </span>
          <input
            type="range"
            min={0}
            max={steps.length - 1}
            value={Math.max(0, index)}
            onInput={(event) => setQuery({ at: String(steps[Number(event.currentTarget.value)]) })}
          />
        </label>
      )}
      {query.show === "step" && beyond ? (
        <button type="button" class="link small" onClick={() => setQuery({ at: null })}>
          Not all came so far: back to {unit} {common}
        </button>
      ) : null}
    </div>
  );
}
