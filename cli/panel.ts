import type { WireNumber } from "../core/number.ts";
import type { StudyResource } from "../core/resources.ts";
import { duration, shortNumber } from "./numbers.ts";

/** What the live panel shows of a study. */
export interface PanelState {
  study: Pick<StudyResource, "name" | "state" | "counts" | "created" | "best" | "reason" | "spec">;
  /** Trials that run, oldest first, with the objective's values so far. */
  running: readonly PanelTrial[];
  /** What was decided last, newest last. */
  decisions: readonly string[];
  elapsedSeconds: number;
}

export interface PanelTrial {
  number: number;
  seconds: number;
  values: readonly number[];
}

export const PANEL_LINES = 12;
const RUNNING_LINES = 4;
const DECISION_LINES = 3;
const SPARK_WIDTH = 20;

/** The panel, at most twelve lines of at most `columns` characters. */
export function renderPanel(state: PanelState, columns: number): string[] {
  const lines = [
    headLine(state),
    progressLine(state, columns),
    bestLine(state),
    ...runningLines(state),
    ...decisionLines(state),
  ];
  return lines.slice(0, PANEL_LINES).map((line) => cut(line, columns));
}

/** Trials that have ended. */
export function finishedTrials(counts: StudyResource["counts"]): number {
  return counts.completed + counts.pruned + counts.failed + counts.infeasible + counts.cancelled;
}

/** Seconds until the last trial ends, at the pace so far; null before the first one has ended or without a limit. */
export function remainingSeconds({ study, elapsedSeconds }: PanelState): number | null {
  const done = finishedTrials(study.counts);
  const { maxTrials } = study.spec.budget;
  if (maxTrials === undefined || done === 0 || study.state !== "running") return null;
  return (elapsedSeconds / done) * Math.max(0, maxTrials - done);
}

/** Eight heights, from the lowest to the highest value; at most `width` characters, the newest kept. */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite).slice(-width);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  return finite.map((value) => "▁▂▃▄▅▆▇█"[span === 0 ? 3 : Math.round(((value - low) / span) * 7)]).join("");
}

function headLine({ study, elapsedSeconds }: PanelState): string {
  const state = study.state === "done" ? `done: ${study.reason.text}` : study.state;
  return `${study.name}  ${state}  ${duration(elapsedSeconds)}`;
}

function progressLine(state: PanelState, columns: number): string {
  const { counts, spec } = state.study;
  const done = finishedTrials(counts);
  const { maxTrials } = spec.budget;
  const troubles = [
    [counts.failed, "failed"],
    [counts.pruned, "pruned"],
    [counts.infeasible, "infeasible"],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  const remaining = remainingSeconds(state);
  const eta = remaining === null ? [] : [`about ${duration(remaining)} left`];
  if (maxTrials === undefined) return [`${done} trials ended`, ...troubles].join(" · ");
  const words = [`${done}/${maxTrials} trials`, ...troubles, ...eta].join(" · ");
  const width = Math.max(5, Math.min(30, columns - words.length - 3));
  return `${bar(done / maxTrials, width)} ${words}`;
}

function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, fraction) * width);
  return `[${"█".repeat(filled)}${"░".repeat(width - filled)}]`;
}

function bestLine({ study }: PanelState): string {
  const { best, spec } = study;
  const [objective] = spec.objectives;
  if (best === null || objective === undefined) return "best  –";
  const params = Object.entries(best.params).map(([name, value]) => `${name}=${shortParam(value)}`);
  return `best  ${objective.metric}=${shortNumber(best.values[0])}  trial ${best.trial}  ${params.join(" ")}`;
}

function runningLines({ running, study }: PanelState): string[] {
  const shown = running.slice(0, RUNNING_LINES).map(({ number, seconds, values }) => {
    const last = values.length === 0 ? "" : `${shortNumber(values.at(-1) as WireNumber)}`;
    const spark = sparkline(values, SPARK_WIDTH);
    return `  #${number}`.padEnd(7) + `${duration(seconds).padEnd(12)} ${spark} ${last}`.trimEnd();
  });
  const more = running.length - shown.length;
  const waiting = study.counts.queued > 0 ? ` · ${study.counts.queued} queued` : "";
  return [`running ${study.counts.running}${waiting}`, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function decisionLines({ decisions }: PanelState): string[] {
  return decisions.slice(-DECISION_LINES).map((text) => `› ${text}`);
}

/** A parameter value in one word. */
export function shortParam(value: unknown): string {
  if (typeof value === "number") return shortNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function cut(line: string, columns: number): string {
  const characters = [...line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "�")];
  return characters.length <= columns
    ? characters.join("")
    : `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}
