import type { TrialDetail } from "../../core/resources.ts";
import { duration, paramText, short } from "../app/format.ts";
import { useShortcuts } from "../app/keys.ts";
import { go, query, setQuery } from "../app/router.ts";
import { Link } from "../ui/link.tsx";
import { ErrorNote, Loaded } from "../ui/notes.tsx";
import { StateChip } from "../ui/state-chip.tsx";
import { useStudy } from "../ui/study-head.tsx";
import { TrialActions } from "./trial/actions.tsx";
import { trialPage, useTrial } from "./trial/data.ts";
import { LineageLine } from "./trial/lineage.tsx";
import { Logs } from "./trial/logs.tsx";
import { Metrics } from "./trial/metrics.tsx";
import { Parameters } from "./trial/parameters.tsx";
import { Story } from "./trial/story.tsx";
import { System } from "./trial/system.tsx";
import type { TabProps } from "./trial/tab-props.ts";

const TABS = [
  { id: "story", title: "Story", show: Story },
  { id: "metrics", title: "Metrics", show: Metrics },
  { id: "logs", title: "Logs", show: Logs },
  { id: "system", title: "System", show: System },
  { id: "parameters", title: "Parameters", show: Parameters },
] as const;

/** What happened to it? */
export default function TrialPage({ study: name, number: text }: { study: string; number: string }) {
  const number = Number(text);
  const study = useStudy(name);
  const trial = useTrial(name, number);
  const tab = TABS.find(({ id }) => id === query.value.get("tab")) ?? TABS[0];
  const last = (study.data?.created ?? 0) - 1;
  useShortcuts([
    { key: "j", does: "go to the next trial", run: () => number < last && go(here(name, number + 1)) },
    { key: "k", does: "go to the trial before", run: () => number > 0 && go(here(name, number - 1)) },
    ...TABS.map(({ id, title }, index) => ({
      key: String(index + 1),
      does: `show ${title.toLowerCase()}`,
      run: () => setQuery({ tab: id }, true),
    })),
  ]);
  return (
    <>
      <div class="page-head">
        <h1>
          <Link to={`/studies/${encodeURIComponent(name)}`}>{name}</Link> / trial {text}
        </h1>
        {trial.data === null ? null : <StateChip state={trial.data.state} reason={trial.data.reason.text} />}
        <span class="grow" />
        {trial.data === null ? null : (
          <TrialActions name={name} trial={trial.data} study={study.data} reload={trial.reload} />
        )}
      </div>
      <p class="question">What happened to it?</p>
      {trial.error !== null && trial.data !== null ? <ErrorNote error={trial.error} /> : null}
      <Loaded resource={trial}>
        {(data) => (
          <>
            <Summary name={name} trial={data} study={study.data} />
            <nav class="tabs no-print" aria-label="Parts of this trial">
              {TABS.map(({ id, title }) => (
                <Link
                  key={id}
                  to={`${trialPage(name, number)}?tab=${id}`}
                  aria-current={id === tab.id ? "page" : undefined}
                >
                  {title}
                </Link>
              ))}
            </nav>
            <tab.show name={name} trial={data} study={study.data} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** Another trial, the same tab. */
function here(name: string, number: number): string {
  return `${trialPage(name, number)}?tab=${query.value.get("tab") ?? "story"}`;
}

/** Of all attempts, the one that runs included. */
function secondsOf({ seconds, attempts }: TrialDetail): number {
  const running = attempts.find(({ endedAt }) => endedAt === null);
  return seconds + (running === undefined ? 0 : (Date.now() - Date.parse(running.startedAt)) / 1000);
}

function Summary({ name, trial, study }: TabProps) {
  const objectives = study?.spec.objectives ?? [];
  const searched = Object.entries(trial.params)
    .slice(0, 8)
    .map(([param, value]) => `${param} ${paramText(value)}`);
  return (
    <div class="panel stack" style={{ gap: 10, marginBottom: 14 }}>
      <div class="kpis">
        {objectives.map(({ metric }, index) => (
          <div key={metric} title={String(trial.values[index] ?? "")}>
            <strong>{short(trial.values[index], 5)}</strong>
            <span class="muted">{metric}</span>
          </div>
        ))}
        <div>
          <strong>{duration(secondsOf(trial))}</strong>
          <span class="muted">in {trial.attempt === 1 ? "one attempt" : `${trial.attempt} attempts`}</span>
        </div>
        {trial.budget === null ? null : (
          <div>
            <strong>{short(trial.budget)}</strong>
            <span class="muted">{study?.spec.fidelity?.unit ?? "step"} budget</span>
          </div>
        )}
        <div>
          <strong>{trial.origin}</strong>
          <span class="muted">origin</span>
        </div>
      </div>
      <div>{trial.reason.text}</div>
      <div class="muted small clip" style={{ maxWidth: "100%" }} title={JSON.stringify(trial.params)}>
        {searched.join(" · ")}
      </div>
      <LineageLine name={name} trial={trial} />
    </div>
  );
}
