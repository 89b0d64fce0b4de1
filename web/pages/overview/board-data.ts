import { useMemo, useRef, useState } from "preact/hooks";
import type { Goal } from "../../../core/objective.ts";
import type { EventResource, Page, TrialResource } from "../../../core/resources.ts";
import type { ProblemError } from "../../api/problem.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { sharedBy } from "../../app/share.ts";
import { comparator, withBeyond } from "./board-order.ts";
import { readTrials, type TrialsQuery } from "./read.ts";

export interface Board {
  /** Null before the first answer. */
  trials: readonly TrialResource[] | null;
  error: ProblemError | null;
  /** Loads the next page; null: there is none, or it is on its way. */
  more: (() => void) | null;
  /** Changes when other rows were asked for, not when the same ones were read again. */
  version: string;
}

/** What was loaded beyond the first page, which alone is read again after events. */
interface Later {
  key: string;
  trials: readonly TrialResource[];
  cursor: string | null;
  pages: number;
}

/** A study's trials page by page, the first one kept up to date. */
export function useBoard(study: string, query: TrialsQuery, goal: Goal): Board {
  const key = [project.value, study, query.filter, query.order].join("\n");
  const first: Resource<{ key: string; page: Page<TrialResource> }> = useResource(
    key,
    async () => ({ key, page: await readTrials(study, query, null) }),
    // A filter that was refused is not asked for again and again.
    (event) => first.error?.status !== 400 && changesRows(study, event),
  );
  const [later, setLater] = useState<Later | null>(null);
  const [underWay, setUnderWay] = useState(false);
  const [moreError, setMoreError] = useState<ProblemError | null>(null);
  const before = useRef<readonly TrialResource[]>([]);
  const known = useRef<readonly TrialResource[]>([]);

  const shown = first.data;
  const beyond = later !== null && later.key === shown?.key ? later : null;
  const trials = useMemo(() => {
    if (shown === null) return null;
    const order = comparator(query.order, goal);
    const rows = withBeyond(shown.page, beyond?.trials ?? [], before.current, order);
    known.current = sharedBy(known.current, rows, ({ number }) => number);
    before.current = beyond === null ? [] : known.current;
    return known.current;
  }, [shown, beyond, query.order, goal]);

  const cursor = beyond === null ? (shown?.page.nextCursor ?? null) : beyond.cursor;
  const more = async (from: string) => {
    setUnderWay(true);
    setMoreError(null);
    try {
      const page = await readTrials(study, query, from);
      const known = beyond?.trials ?? [];
      setLater({
        key,
        trials: [...known, ...page.items],
        cursor: page.nextCursor,
        pages: (beyond?.pages ?? 0) + 1,
      });
    } catch (error) {
      setMoreError(error as ProblemError);
    } finally {
      setUnderWay(false);
    }
  };
  return {
    trials,
    // A filter that cannot be read has no rows: the error is of what is asked now.
    error: first.error ?? moreError,
    more: cursor === null || underWay ? null : () => void more(cursor),
    version: `${shown?.key} ${beyond?.pages ?? 0}`,
  };
}

/** Points of running trials change no row; their ends do. */
function changesRows(study: string, event: EventResource): boolean {
  return event.study === study && event.trial !== null && event.type !== "trial.observed";
}
