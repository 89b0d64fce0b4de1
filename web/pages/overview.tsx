import { useEffect } from "preact/hooks";
import type { StudyResource } from "../../core/resources.ts";
import { short } from "../app/format.ts";
import { useResource } from "../app/resource.ts";
import { project } from "../app/router.ts";
import { Loaded } from "../ui/notes.tsx";
import { bindingLimit, StudyHead, useStudy } from "../ui/study-head.tsx";
import { StudyActions } from "./overview/actions.tsx";
import { boardQuery, serverOrder } from "./overview/board-query.ts";
import { Decisions } from "./overview/decisions.tsx";
import { Kpis } from "./overview/kpis.tsx";
import { Leaderboard } from "./overview/leaderboard.tsx";
import "./overview/overview.css";
import { ParetoPanel } from "./overview/pareto-panel.tsx";
import { ProgressPanel } from "./overview/progress-panel.tsx";
import { readLeaderboard } from "./overview/read.ts";
import { StartSteps } from "./overview/start-steps.tsx";

/** How good is it, and is it worth going on? */
export default function OverviewPage({ study: name }: { study: string }) {
  const resource = useStudy(name);
  useTitle(resource.data);
  return (
    <>
      <StudyHead name={name} study={resource.data} question="How good is it, and is it worth going on?" />
      <Loaded resource={resource}>
        {(study) => (
          <>
            <StudyActions study={study} onDone={resource.reload} />
            <Overview study={study} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Overview({ study }: { study: StudyResource }) {
  const ranking = useRanking(study);
  const several = study.spec.objectives.length > 1;
  const measured = study.counts.completed + study.counts.pruned + study.counts.paused > 0;
  return (
    <div class="stack">
      {measured || study.state === "done" ? null : <StartSteps study={study} />}
      <div class="overview-top">
        {several ? <ParetoPanel study={study} ranking={ranking} /> : <ProgressPanel study={study} />}
        <Kpis study={study} />
      </div>
      <Leaderboard study={study} ranking={ranking} />
      <Decisions study={study.name} />
    </div>
  );
}

/** So many of the best are ranked where the list of trials does not tell ranks by itself. */
const RANKED = 200;

/** The server's ranking: of several objectives always, of one when the list is filtered or otherwise sorted. */
function useRanking(study: StudyResource) {
  const { filter, sort } = boardQuery();
  const wanted = study.spec.objectives.length > 1 || filter !== "" || serverOrder(sort) !== "value";
  return useResource(
    [project.value, study.name, wanted].join("\n"),
    () => (wanted ? readLeaderboard(study.name, RANKED) : Promise.resolve(null)),
    (event) => wanted && event.study === study.name && event.type === "trial.finished",
  );
}

const SIGNS: Readonly<Record<StudyResource["state"], string>> = {
  running: "▶",
  paused: "❚❚",
  stopping: "◧",
  done: "✓",
};

/** The tab tells how it stands: "▶ 63/200 0.912 · digits". */
function useTitle(study: StudyResource | null): void {
  const best = study?.best?.values[0];
  const limit = study === null ? null : bindingLimit(study);
  const parts =
    study === null ? [] : [SIGNS[study.state], limit?.text ?? "", best === undefined ? "" : short(best)];
  const title = study === null ? "Fettle" : `${parts.filter(Boolean).join(" ")} · ${study.name}`;
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = "Fettle";
    };
  }, [title]);
}
