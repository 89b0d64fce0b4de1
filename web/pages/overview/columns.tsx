import type { ComponentChildren } from "preact";
import type { Json } from "../../../core/json.ts";
import type { StudyResource, TrialResource } from "../../../core/resources.ts";
import { clock, duration, paramText, short } from "../../app/format.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { type Rank, rankText } from "./ranks.ts";

type Spec = StudyResource["spec"];

/** What a cell may need beside its trial. The same object as long as none of it changes. */
export interface CellContext {
  study: Pick<StudyResource, "name" | "spec">;
  ranks: ReadonlyMap<number, Rank>;
  /** Values and last step by trial, where they have been read. */
  curves: ReadonlyMap<number, { values: readonly number[]; lastStep: number }>;
  /** The row that others are compared with. */
  base: TrialResource | null;
}

export interface Column {
  /** Stands in the address: no comma. */
  id: string;
  title: string;
  number: boolean;
  /** Not on a narrow screen. */
  wide?: boolean;
  /** What the server, or else this page, sorts by; undefined: not sortable. */
  sort?: string;
  /** Which end is good, for Δ and shading; undefined: neither. */
  better?: "low" | "high";
  /** To sort, shade and compare by. */
  value: (trial: TrialResource, context: CellContext) => Json | undefined;
  cell: (trial: TrialResource, context: CellContext) => ComponentChildren;
}

/** Every column that a study's leaderboard can have, in their order. */
export function columnsOf(spec: Spec): readonly Column[] {
  return [rank, trialColumn, ...metricColumns(spec), ...paramColumns(spec), ...rest];
}

const rank: Column = {
  id: "rank",
  title: "#",
  number: true,
  value: ({ number }, { ranks }) => ranks.get(number)?.rank,
  cell: ({ number, state, budget }, { ranks }) => (
    <span title={ranks.has(number) ? undefined : unranked(state, budget)}>{rankText(ranks.get(number))}</span>
  ),
};

function unranked(state: string, budget: number | null): string {
  if (state === "completed")
    return "No rank: without a value, beyond a constraint, or not among those loaded.";
  return `No rank: ${state}${budget === null ? "" : `, trained up to ${budget}`}.`;
}

/** Its cell is the row's head; see board-row.tsx. */
const trialColumn: Column = {
  id: "trial",
  title: "Trial",
  number: true,
  sort: "number",
  value: ({ number }) => number,
  cell: ({ number }) => number,
};

function metricColumns(spec: Spec): readonly Column[] {
  return spec.objectives.map(({ metric, goal }, index) => ({
    id: `m${index}`,
    title: metric,
    number: true,
    sort: index === 0 ? "value" : `m${index}`,
    better: goal === "minimize" ? "low" : "high",
    value: ({ values }) => values[index],
    cell: ({ values }) => <span title={String(values[index] ?? "not measured")}>{short(values[index])}</span>,
  }));
}

function paramColumns(spec: Spec): readonly Column[] {
  return spec.parameters.map(({ name, type }) => ({
    id: `p:${name}`,
    title: name,
    number: type === "float" || type === "int",
    wide: true,
    sort: `p:${name}`,
    value: ({ params }) => params[name],
    cell: ({ params }) =>
      name in params ? (
        <span class="clip param" title={JSON.stringify(params[name])}>
          {paramText(params[name])}
        </span>
      ) : (
        <span class="muted" title="Not active in this trial.">
          ·
        </span>
      ),
  }));
}

const rest: readonly Column[] = [
  {
    id: "step",
    title: "Step",
    number: true,
    wide: true,
    sort: "step",
    value: stepReached,
    cell: (trial, context) => (
      <span title={trial.budget === null ? "May train to its end." : `May train up to ${trial.budget}.`}>
        {short(stepReached(trial, context))}
      </span>
    ),
  },
  {
    id: "time",
    title: "Time",
    number: true,
    wide: true,
    sort: "time",
    value: ({ seconds }) => seconds,
    cell: ({ seconds, attempt }) => (attempt === 0 ? "–" : duration(seconds)),
  },
  {
    id: "gpuh",
    title: "GPU-h",
    number: true,
    wide: true,
    sort: "gpuh",
    value: gpuHours,
    cell: (trial, context) => short(gpuHours(trial, context), 3),
  },
  {
    id: "state",
    title: "State",
    number: false,
    sort: "state",
    value: ({ state }) => state,
    cell: ({ state, reason, heldOut }) => (
      <StateChip state={state} reason={reason.text}>
        {heldOut ? " (held out)" : null}
      </StateChip>
    ),
  },
  {
    id: "reason",
    title: "Reason",
    number: false,
    wide: true,
    value: ({ reason }) => reason.text,
    cell: ({ reason }) => (
      <span class="clip block" title={reason.text}>
        {reason.text}
      </span>
    ),
  },
  {
    id: "origin",
    title: "Origin",
    number: false,
    wide: true,
    sort: "origin",
    value: ({ origin }) => origin,
    cell: ({ origin, proposed }) => <span title={proposed}>{origin}</span>,
  },
  {
    id: "created",
    title: "Created",
    number: true,
    wide: true,
    sort: "created",
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => clock(createdAt),
  },
  {
    id: "curve",
    title: "Curve",
    number: false,
    wide: true,
    value: () => undefined,
    cell: ({ number }, { curves }) => (
      <Sparkline values={curves.get(number)?.values ?? []} label={`Learning curve of trial ${number}`} />
    ),
  },
];

function stepReached({ number, budget }: TrialResource, { curves }: CellContext): number | null {
  return curves.get(number)?.lastStep ?? budget;
}

function gpuHours({ seconds }: TrialResource, { study }: CellContext): number {
  return (seconds * study.spec.resources.gpus) / 3600;
}

/** Ids of the parameters that differ between these trials; of one trial or none: all that are not fixed. */
export function changedParams(spec: Spec, trials: readonly TrialResource[]): ReadonlySet<string> {
  const searched = spec.parameters.filter(({ type }) => type !== "fixed");
  if (trials.length < 2) return new Set(searched.map(({ name }) => `p:${name}`));
  const differs = (name: string) => {
    const first = JSON.stringify(trials[0]!.params[name]);
    return trials.some(({ params }) => JSON.stringify(params[name]) !== first);
  };
  return new Set(searched.filter(({ name }) => differs(name)).map(({ name }) => `p:${name}`));
}

const ON_DEMAND: ReadonlySet<string> = new Set(["reason", "created"]);

/** The columns that are shown when none were chosen. `constant`: also parameters that do not differ. */
export function defaultColumns(
  spec: Spec,
  trials: readonly TrialResource[],
  constant: boolean,
): readonly string[] {
  const changed = changedParams(spec, trials);
  return columnsOf(spec)
    .map(({ id }) => id)
    .filter((id) => !ON_DEMAND.has(id))
    .filter((id) => !id.startsWith("p:") || constant || changed.has(id))
    .filter((id) => id !== "gpuh" || spec.resources.gpus > 0);
}
