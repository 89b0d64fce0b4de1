import { useEffect, useMemo, useState } from "preact/hooks";
import type { Timeline } from "../../../core/charts.ts";
import { clock, duration, percent, plural } from "../../app/format.ts";
import { useShortcuts } from "../../app/keys.ts";
import { go, query } from "../../app/router.ts";
import { Figure } from "../../charts/figure.tsx";
import { Gantt } from "../../charts/gantt.tsx";
import { type Attempt, type Bar, type GanttLayout, layOut } from "../../charts/gantt-layout.ts";
import { TimelineControls } from "./controls.tsx";
import { Legend } from "./legend.tsx";
import { type TimeWindow, timeWindow } from "./window.ts";

/** Trials that have a lane of their own, at most: the latest in view. */
const TRIAL_LANES = 120;

/** Which attempt ran where and when. */
export function Lanes({ name, timeline }: { name: string; timeline: Timeline }) {
  const by = query.value.get("lanes") === "trial" ? "trial" : "host";
  const now = useNow(timeline.attempts.some(({ endedAt }) => endedAt === null));
  const view = timeWindow(timeline.attempts, now);
  const shown = by === "trial" ? latestTrials(timeline.attempts, view, now) : timeline.attempts;
  const layout = useMemo(() => layOut(shown, by, now), [timeline, by, now, view.from, view.to]);
  useShortcuts([
    { key: "+", does: "zoom in", run: () => view.scale(0.5) },
    { key: "-", does: "zoom out", run: () => view.scale(2) },
    { key: "0", does: "show all the time", run: view.reset },
    { key: "ArrowLeft", does: "go back in time", run: () => view.move(-0.25) },
    { key: "ArrowRight", does: "go on in time", run: () => view.move(0.25) },
  ]);
  const text = textOf(layout, timeline, view);
  return (
    <Figure
      title={by === "trial" ? "By trial" : "By host and GPU"}
      text={text}
      table={() => ({ columns: COLUMNS, rows: layout.bars.map(rowOf) })}
      controls={<TimelineControls by={by} view={view} nextBefore={timeline.nextBefore} />}
    >
      <Gantt
        layout={layout}
        from={view.from}
        to={view.to}
        onZoom={view.zoom}
        onReset={view.reset}
        onOpen={(trial) => go(`/studies/${encodeURIComponent(name)}/trials/${trial}`)}
      />
      <Legend layout={layout} />
      <p class="muted small" style={{ margin: "4px 0 0" }}>
        {text}
      </p>
    </Figure>
  );
}

const COLUMNS = ["trial", "attempt", "worker", "GPUs", "started", "seconds", "outcome", "state", "reason"];

function rowOf({ attempt, from, to }: Bar): (string | number | null)[] {
  return [
    attempt.trial,
    attempt.attempt,
    attempt.worker,
    attempt.gpus.join(" "),
    attempt.startedAt,
    Math.round((to - from) / 100) / 10,
    attempt.outcome ?? "running",
    attempt.state,
    attempt.reason,
  ];
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

/** Newest first, as the attempts come. */
function latestTrials(attempts: readonly Attempt[], { from, to }: TimeWindow, now: number): Attempt[] {
  const inView = attempts.filter(({ startedAt, endedAt }) => {
    const end = endedAt === null ? now : Date.parse(endedAt);
    return Date.parse(startedAt) <= to && end >= from;
  });
  const trials = new Set([...new Set(inView.map(({ trial }) => trial))].slice(0, TRIAL_LANES));
  return inView.filter(({ trial }) => trials.has(trial));
}

function textOf({ lanes, bars }: GanttLayout, { attempts, nextBefore }: Timeline, view: TimeWindow): string {
  const seconds = (view.to - view.from) / 1000;
  const busy = bars.reduce((sum, { from, to }) => sum + within(from, to, view) / 1000, 0);
  return [
    `${plural(attempts.length, "attempt")}${nextBefore === null ? "" : ", the newest"}`,
    `${clock(view.from)} to ${clock(view.to)} (${duration(seconds)})`,
    `${plural(lanes.length, "lane")}, busy ${percent(busy / Math.max(1e-3, seconds * lanes.length))} of that`,
  ].join(" · ");
}

function within(from: number, to: number, view: TimeWindow): number {
  return Math.max(0, Math.min(to, view.to) - Math.max(from, view.from));
}
