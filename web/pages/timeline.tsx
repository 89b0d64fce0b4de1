import { useEffect, useMemo, useState } from "preact/hooks";
import type { Timeline } from "../../core/charts.ts";
import { api, call } from "../api/client.ts";
import { clock, duration } from "../app/format.ts";
import { type Resource, useResource } from "../app/resource.ts";
import { go, project, query, setQuery } from "../app/router.ts";
import { Figure } from "../charts/figure.tsx";
import { Gantt } from "../charts/gantt.tsx";
import { type GanttLayout, layOut } from "../charts/gantt-layout.ts";
import { ErrorNote, Loaded } from "../ui/notes.tsx";
import { StudyHead, useStudy } from "../ui/study-head.tsx";
import { TimelineControls } from "./timeline/controls.tsx";
import { Legend } from "./timeline/legend.tsx";
import { NothingRan } from "./timeline/nothing-ran.tsx";
import { Totals } from "./timeline/totals.tsx";

/** Where did the time go? */
export default function TimelinePage({ study: name }: { study: string }) {
  const study = useStudy(name);
  const before = query.value.get("before");
  const timeline = useTimeline(name, before);
  return (
    <>
      <StudyHead name={name} study={study.data} question="Where did the time go?" />
      {timeline.error !== null && timeline.data !== null ? <ErrorNote error={timeline.error} /> : null}
      <Loaded resource={timeline}>
        {(data) =>
          data.attempts.length === 0 && before === null ? (
            <NothingRan name={name} study={study.data} />
          ) : (
            <div class="stack">
              <Totals name={name} totals={data.totals} />
              <Lanes name={name} timeline={data} />
            </div>
          )
        }
      </Loaded>
    </>
  );
}

const MOVES = new Set(["trial.started", "attempt.ended", "trial.finished", "trial.paused"]);

function useTimeline(study: string, before: string | null): Resource<Timeline> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/timeline", {
        params: { path: { project: project.value, study }, query: before === null ? {} : { before } },
      }),
    );
  return useResource(
    `${project.value}/${study}/${before}`,
    read as () => Promise<Timeline>,
    (event) => event.study === study && MOVES.has(event.type),
  );
}

function Lanes({ name, timeline }: { name: string; timeline: Timeline }) {
  const by = query.value.get("lanes") === "trial" ? "trial" : "host";
  const now = useNow(timeline.attempts.some(({ endedAt }) => endedAt === null));
  const layout = useMemo(() => layOut(timeline.attempts, by, now), [timeline, by, now]);
  const window_ = windowOf(layout);
  const zoom = (from: number, to: number) => setQuery(zoomQuery(layout, from, to));
  const reset = () => setQuery({ from: null, to: null });
  const text = textOf(layout, timeline);
  return (
    <Figure
      title={by === "trial" ? "By trial" : "By host and GPU"}
      text={text}
      table={() => ({
        columns: ["trial", "attempt", "worker", "GPUs", "started", "seconds", "outcome", "state", "reason"],
        rows: layout.bars.map(({ attempt, from, to }) => [
          attempt.trial,
          attempt.attempt,
          attempt.worker,
          attempt.gpus.join(" "),
          attempt.startedAt,
          Math.round((to - from) / 100) / 10,
          attempt.outcome ?? "running",
          attempt.state,
          attempt.reason,
        ]),
      })}
      controls={
        <TimelineControls
          by={by}
          zoomed={window_.zoomed}
          onScale={(factor) => {
            const middle = (window_.from + window_.to) / 2;
            const half = ((window_.to - window_.from) * factor) / 2;
            zoom(middle - half, middle + half);
          }}
          onReset={reset}
          nextBefore={timeline.nextBefore}
        />
      }
    >
      <Gantt
        layout={layout}
        from={window_.from}
        to={window_.to}
        onZoom={zoom}
        onReset={reset}
        onOpen={(trial) => go(`/studies/${encodeURIComponent(name)}/trials/${trial}`)}
      />
      <Legend layout={layout} />
      <p class="muted small" style={{ margin: "4px 0 0" }}>
        {text}
      </p>
    </Figure>
  );
}

/** The time, each second while something runs. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

function windowOf(layout: GanttLayout): { from: number; to: number; zoomed: boolean } {
  const from = Date.parse(query.value.get("from") ?? "");
  const to = Date.parse(query.value.get("to") ?? "");
  if (from < to) return { from, to, zoomed: true };
  return { from: layout.from, to: Math.max(layout.to, layout.from + 1000), zoomed: false };
}

/** Shortest time that can be zoomed to, milliseconds. */
const SHORTEST = 200;

function zoomQuery(layout: GanttLayout, from: number, to: number): Record<string, string | null> {
  const start = Math.max(layout.from, from);
  const end = Math.min(layout.to, to);
  if (start <= layout.from && end >= layout.to) return { from: null, to: null };
  if (end - start < SHORTEST) return {};
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

function textOf({ lanes, from, to }: GanttLayout, { attempts, nextBefore }: Timeline): string {
  const busy = lanes.reduce((sum, lane) => sum + lane.busy, 0);
  const share = (100 * busy) / Math.max(1e-3, ((to - from) / 1000) * lanes.length);
  return [
    `${attempts.length} attempts${nextBefore === null ? "" : ", the newest"}`,
    `${clock(from)} to ${clock(to)} (${duration((to - from) / 1000)})`,
    `${lanes.length} lanes, busy ${share.toFixed(0)} % of that`,
  ].join(" · ");
}
