import type { StudyResource } from "../../core/resources.ts";
import { useResource } from "../app/resource.ts";
import { project, setQuery } from "../app/router.ts";
import type { LineSlots } from "../charts/line-slots.ts";
import { useLineSlots } from "../charts/use-line-slots.ts";
import { Link } from "../ui/link.tsx";
import { Empty, Loaded } from "../ui/notes.tsx";
import { StudyHead, useStudy } from "../ui/study-head.tsx";
import { lastCommonStep, stepsOf } from "./compare-trials/at-step.ts";
import "./compare-trials/compare-trials.css";
import { Overlay } from "./compare-trials/curves.tsx";
import { type Comparison, readComparison } from "./compare-trials/read.ts";
import { rowsOf } from "./compare-trials/rows.ts";
import { type CompareQuery, compareQuery } from "./compare-trials/selection.ts";
import { StepChoice } from "./compare-trials/step-choice.tsx";
import { CompareTable } from "./compare-trials/table.tsx";

/** What is different between these trials? */
export default function CompareTrialsPage({ study: name }: { study: string }) {
  const study = useStudy(name);
  const query = compareQuery();
  return (
    <>
      <StudyHead name={name} study={study.data} question="What is different between these trials?" />
      <Loaded resource={study}>
        {(data) =>
          query.trials.length < 2 ? <Nothing study={name} /> : <Compared study={data} query={query} />
        }
      </Loaded>
    </>
  );
}

function Nothing({ study }: { study: string }) {
  return (
    <section class="panel">
      <Empty>
        <span>
          Select two or more rows (<kbd>x</kbd>) on the leaderboard, then <kbd>c</kbd>.
        </span>
        <Link to={`/studies/${encodeURIComponent(study)}`}>To the leaderboard</Link>
      </Empty>
    </section>
  );
}

function Compared({ study, query }: { study: StudyResource; query: CompareQuery }) {
  const comparison = useResource(
    [project.value, study.name, ...query.trials].join("\n"),
    () => readComparison(study.name, query.trials),
    ({ study: of, trial }) => of === study.name && trial !== null && query.trials.includes(trial),
  );
  const slots = useLineSlots(query.trials);
  return (
    <Loaded resource={comparison}>
      {(data) => <Comparing study={study} query={query} comparison={data} slots={slots} />}
    </Loaded>
  );
}

interface ComparingProps {
  study: StudyResource;
  query: CompareQuery;
  comparison: Comparison;
  /** What each trial's line looks like. */
  slots: LineSlots;
}

function Comparing({ study, query, comparison: { trials, missing }, slots }: ComparingProps) {
  const metric = query.metric ?? study.spec.objectives[0]!.metric;
  const common = lastCommonStep(trials, metric);
  const step = query.show === "step" ? (query.at ?? common) : null;
  return (
    <div class="stack">
      {missing.length === 0 ? null : (
        <div class="note warn">The study has no trial {missing.join(", ")}.</div>
      )}
      <section class="panel" aria-label="Differences">
        <header>
          <h2>Differences</h2>
          <label>
            <input
              type="checkbox"
              checked={query.hideEqual}
              onChange={() => setQuery({ hide: query.hideEqual ? null : "1" })}
            />
            Hide equal
          </label>
        </header>
        <StepChoice
          query={query}
          steps={stepsOf(trials, metric)}
          step={step}
          common={common}
          unit={study.spec.fidelity?.unit ?? "step"}
        />
        <CompareTable
          study={study}
          trials={trials}
          slots={slots}
          rows={rowsOf(study, trials, query.show, step)}
          hideEqual={query.hideEqual}
        />
      </section>
      <Overlay study={study} trials={trials} slots={slots} metric={metric} step={step} />
    </div>
  );
}
