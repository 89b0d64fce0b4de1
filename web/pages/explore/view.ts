import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { TrialSample } from "../../../core/charts.ts";
import type { StudyResource } from "../../../core/resources.ts";
import { query, querySet, setQuery } from "../../app/router.ts";
import { type Brush, formatBrush, maskOf, parseBrush } from "../../charts/brush.ts";
import type { Hover, Linked } from "../../charts/linked.ts";
import { bestFirst, ranksOf } from "../../charts/ranks.ts";
import { axesOf, type TrialAxis } from "../../charts/trial-axis.ts";

/** What is looked at and how, from the address; and the selection that all charts share. */
export interface View {
  sample: TrialSample;
  study: StudyResource;
  /** Which objective colours the trials and is explained. */
  objective: number;
  goal: "minimize" | "maximize";
  /** Parameters in their order, then the objectives. */
  axes: readonly TrialAxis[];
  /** By the objective: 1 is the best, 0 the worst, NaN without a value. One a trial. */
  ranks: Float64Array;
  /** Trials from the best to the worst by these ranks. */
  order: Int32Array;
  linked: Linked;
  selected: ReadonlySignal<number>;
  /** Takes over into the address what was brushed. */
  keepBrush: () => void;
  /** Highlights a trial, or no longer. */
  pin: (trial: number) => void;
}

export function useView(study: StudyResource, sample: TrialSample): View {
  const { objectives } = study.spec;
  const flipped = query.value.get("flip") ?? "";
  const objective = Math.min(objectives.length - 1, Math.max(0, Number(query.value.get("objective")) || 0));
  const leastRank = 1 - topShare();
  const axes = useMemo(() => axesOf(sample, objectives, querySet("flip")), [sample, flipped]);
  const ranks = useMemo(
    () => ranksOf(sample.values[objective] ?? [], objectives[objective]!.goal),
    [sample, objective],
  );
  const order = useMemo(() => bestFirst(ranks), [ranks]);
  const brush = useBrush();
  const hover = useMemo(() => signal<Hover | null>(null), [sample]);
  const pins = query.value.get("sel") ?? "";
  const linked = useMemo(
    (): Linked => ({
      brush,
      hover,
      mask: computed(() => maskOf(axes, brush.value, ranks, leastRank)),
      pinned: computed(() => indicesOf(sample, querySet("sel"))),
    }),
    [axes, ranks, leastRank, brush, hover, pins],
  );
  const selected = useMemo(() => computed(() => countOf(linked.mask.value)), [linked]);
  return {
    sample,
    study,
    objective,
    goal: objectives[objective]!.goal,
    axes,
    ranks,
    order,
    linked,
    selected,
    keepBrush: () => setQuery({ brush: formatBrush(brush.peek()) }, true),
    pin: (trial) => togglePin(sample.trials[trial]!),
  };
}

/** The best share of trials that is shown, 0 to 1. */
export function topShare(): number {
  const percent = Number(query.value.get("top") ?? 100);
  return percent > 0 && percent <= 100 ? percent / 100 : 1;
}

/** The brush changes with each movement of the pointer, the address only after it; and with the back button. */
function useBrush() {
  const text = query.value.get("brush");
  const brush = useMemo(() => signal<Brush>(parseBrush(text)), []);
  useEffect(() => {
    if (formatBrush(brush.peek()) !== text) brush.value = parseBrush(text);
  }, [text]);
  return brush;
}

function togglePin(number: number): void {
  const pins = querySet("sel");
  if (!pins.delete(String(number))) pins.add(String(number));
  setQuery({ sel: [...pins].join(",") });
}

function indicesOf({ trials }: TrialSample, numbers: ReadonlySet<string>): number[] {
  return trials.flatMap((number, index) => (numbers.has(String(number)) ? [index] : []));
}

function countOf(mask: Uint8Array): number {
  return mask.reduce((count, selected) => count + selected, 0);
}
