import { type AdvanceDeps, createAdvancer } from "../../scheduler/advance.ts";
import { createLocalSearcher } from "../../scheduler/searcher.ts";
import { createStateCache } from "../../scheduler/state-cache.ts";

type Advance = (studyId: string) => Promise<void>;

/** A scheduler without queue and sweep: resolves when nothing is left to do for the study, and rejects with what a turn threw. */
export function advanceWith(deps: Pick<AdvanceDeps, "store"> & Partial<AdvanceDeps>): Advance {
  let failures: unknown[] = [];
  const advancer = createAdvancer({
    searcher: createLocalSearcher(),
    cache: createStateCache(4),
    concurrency: 4,
    askingMs: 10_000,
    clock: () => performance.now(),
    onQueued: () => undefined,
    onFailed: (_studyId, error) => failures.push(error),
    ...deps,
  });
  return async (studyId) => {
    advancer.advance(studyId);
    await advancer.idle();
    const [failure] = failures;
    failures = [];
    if (failure !== undefined) throw failure;
  };
}
