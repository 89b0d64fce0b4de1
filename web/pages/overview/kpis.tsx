import type { ComponentChildren } from "preact";
import type { StudyResource } from "../../../core/resources.ts";
import type { Params } from "../../../core/space.ts";
import type { TrialState } from "../../../core/trial.ts";
import { paramText, short } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { project, setQuery } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { Loaded } from "../../ui/notes.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { CopyParams } from "./copy-params.tsx";
import { growthOf } from "./growth.ts";
import { readExplanation, readSavings } from "./read.ts";

/** The study in a few facts: the answer so far, what it cost, how its trials ended, and why it searches the way it does. */
export function Kpis({ study }: { study: StudyResource }) {
  return (
    <section class="panel stack kpi-panel" aria-label="Key figures">
      <Best study={study} />
      <Counts study={study} />
      <Cost study={study} />
      <Why study={study} />
    </section>
  );
}

function Best({ study }: { study: StudyResource }) {
  const { best, spec } = study;
  const [objective] = spec.objectives;
  if (spec.objectives.length > 1)
    return <Fact name="Best">Several objectives: rank 1 of the leaderboard is the Pareto front.</Fact>;
  if (best === null || objective === undefined)
    return <Fact name="Best">No trial has completed with a value yet.</Fact>;
  const params = inDeclaredOrder(best.params, spec.parameters);
  const [value] = best.values;
  return (
    <Fact name={`Best ${objective.metric}`}>
      <div class="row">
        <strong class="best-value" title={String(value)}>
          {short(value)}
        </strong>
        <Link to={`/studies/${encodeURIComponent(study.name)}/trials/${best.trial}`}>trial {best.trial}</Link>
        {objective.target === undefined ? null : <span class="muted">target {short(objective.target)}</span>}
      </div>
      <dl class="params">
        {Object.entries(params).map(([name, item]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="clip" title={JSON.stringify(item)}>
              {paramText(item)}
            </dd>
          </div>
        ))}
      </dl>
      <CopyParams params={params} rules={spec.arguments} />
    </Fact>
  );
}

/** The database does not keep the order of names; a person reads them as they were declared. */
function inDeclaredOrder(params: Params, declared: readonly { name: string }[]): Params {
  const known = declared.flatMap(({ name }) => (name in params ? [[name, params[name]!] as const] : []));
  return { ...Object.fromEntries(known), ...params };
}

function Counts({ study: { counts } }: { study: StudyResource }) {
  const present = (Object.keys(counts) as TrialState[]).filter((state) => counts[state] > 0);
  return (
    <Fact name="Trials">
      <div class="row">
        {present.length === 0 ? <span class="muted">none yet</span> : null}
        {present.map((state) => (
          <button
            type="button"
            class="link"
            key={state}
            title={`Show those that are ${state}`}
            onClick={() => setQuery({ filter: `state = ${state}` }, true)}
          >
            <StateChip state={state}>&nbsp;{counts[state]}</StateChip>
          </button>
        ))}
      </div>
    </Fact>
  );
}

function Cost({ study }: { study: StudyResource }) {
  const key = [project.value, study.name, study.state, growthOf(study)].join("\n");
  const savings = useResource(key, () => readSavings(study.name));
  return (
    <Fact name="Cost">
      <Loaded resource={savings}>{({ text }) => <span>{text}</span>}</Loaded>
    </Fact>
  );
}

function Why({ study }: { study: StudyResource }) {
  const explanation = useResource(`${project.value}/${study.name}`, () => readExplanation(study.name));
  return (
    <Fact name={`Searched by ${study.spec.algorithm.name}`}>
      <Loaded resource={explanation}>{({ text }) => <span>{text}</span>}</Loaded>
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <h3>{name}</h3>
      {children}
    </div>
  );
}
