import type { ComponentChildren } from "preact";
import type { StudyResource } from "../../../core/resources.ts";
import { plural } from "../../app/format.ts";
import { ofStudy, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { readAgents, readTrial } from "./read.ts";

/** What has to happen before there is anything to look at, each with its tick. */
export function StartSteps({ study }: { study: StudyResource }) {
  const agents = useResource("agents", readAgents, ofStudy(study.name));
  const names = useMetricNames(study);
  const up = (agents.data ?? []).filter(({ state }) => state === "up");
  const started = study.counts.running + ended(study) > 0;
  return (
    <section class="panel" aria-label="On the way to the first result">
      <header>
        <h2>On the way to the first result</h2>
      </header>
      <ol class="steps">
        <Step done>Study created.</Step>
        <Step done={up.length > 0}>
          {up.length > 0 ? (
            `${plural(up.length, "agent")} connected: ${up.map(({ name }) => name).join(", ")}.`
          ) : (
            <>
              No agent is connected. <Link to="/hosts">How to add one</Link>
            </>
          )}
        </Step>
        <Step done={started}>
          {started ? "The first trial runs." : waitingText(study)}
          {started ? <FirstTrial study={study} /> : null}
          {!started && study.counts.queued > 0 ? <WhyWaiting /> : null}
        </Step>
        <Step done={false}>{metricText(study, names)}</Step>
      </ol>
    </section>
  );
}

function Step({ done, children }: { done: boolean; children: ComponentChildren }) {
  return (
    <li class={done ? "" : "muted"}>
      <span class="mark" aria-hidden="true">
        {done ? "✓" : "○"}
      </span>
      <span class="visually-hidden">{done ? "Done: " : "Still to come: "}</span>
      <span>{children}</span>
    </li>
  );
}

function FirstTrial({ study }: { study: StudyResource }) {
  return (
    <>
      {" "}
      <Link to={`/studies/${encodeURIComponent(study.name)}/trials/0`}>Its log</Link>
    </>
  );
}

function WhyWaiting() {
  return (
    <>
      {" "}
      <Link to="/hosts">Why</Link>
    </>
  );
}

function waitingText({ created, state }: StudyResource): string {
  if (state === "paused") return "The study is paused: no trial starts.";
  return created > 0 ? "The first trial waits for a place to run." : "No trial has been proposed yet.";
}

function metricText(study: StudyResource, names: readonly string[]): string {
  const wanted = study.spec.objectives.map(({ metric }) => metric).join(", ");
  if (names.length === 0) return `No value of ${wanted} has been seen yet; nor of any other metric.`;
  return `No trial has ended with a value of ${wanted} yet. Names seen so far: ${names.join(", ")}.`;
}

/** Metrics that the first trial has reported. */
function useMetricNames(study: StudyResource): readonly string[] {
  const first = useResource(
    `${project.value}/${study.name}/${study.created > 0}`,
    () => (study.created > 0 ? readTrial(study.name, 0) : Promise.resolve(null)),
    (event) => event.study === study.name && event.trial === 0,
  );
  return Object.keys(first.data?.metrics ?? {});
}

function ended({ counts }: StudyResource): number {
  return counts.completed + counts.pruned + counts.failed + counts.infeasible + counts.paused;
}
