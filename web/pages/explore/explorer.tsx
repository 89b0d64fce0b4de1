import type { TrialSample } from "../../../core/charts.ts";
import type { StudyResource } from "../../../core/resources.ts";
import { plural } from "../../app/format.ts";
import { query } from "../../app/router.ts";
import { Contour } from "./contour.tsx";
import { HoveredTrial } from "./hovered-trial.tsx";
import { Importance } from "./importance.tsx";
import { Lines } from "./lines.tsx";
import { Pareto } from "./pareto.tsx";
import { useImportance } from "./read.ts";
import { Selected } from "./selected.tsx";
import { Slices } from "./slices.tsx";
import { useView } from "./view.ts";

/** With fewer, importance and the model say nothing. */
const LEAST_TRIALS = 10;

/** All charts of the page, over one selection. */
export function Explorer({ study, sample }: { study: StudyResource; sample: TrialSample }) {
  const view = useView(study, sample);
  const evaluator = query.value.get("evaluator") === "fanova" ? "fanova" : "ped-anova";
  const importance = useImportance(study.name, evaluator, study.spec.objectives[view.objective]!.metric);
  const { completed } = study.counts;
  const enough = completed >= LEAST_TRIALS;
  // What cannot be said yet takes a line, and no place beside the model.
  const early = importance.data?.verdict === "too-early";
  const several = study.spec.objectives.length > 1;
  return (
    <div class="stack">
      {enough ? null : (
        <div class="note">
          Importance and the model need {LEAST_TRIALS} completed trials; {plural(completed, "trial")} so far.
          Until then: where the study has been.
        </div>
      )}
      <Lines view={view} importance={importance.data} />
      <Slices view={view} order={importance.data?.parameters.map(({ name }) => name) ?? []} />
      {several ? <Pareto view={view} /> : null}
      {enough ? (
        <div class={early ? "stack" : "columns"}>
          <Importance resource={importance} evaluator={evaluator} />
          <Contour view={view} importance={importance.data} />
        </div>
      ) : null}
      <Selected view={view} />
      <HoveredTrial view={view} />
    </div>
  );
}
