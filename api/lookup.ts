import { FettleError } from "../core/errors.ts";
import type { Store } from "../core/store.ts";

/**
 * Ids behind names, remembered for the calls that come many times a second. A study's name may pass to another study
 * after a deletion, so names are remembered shortly and dropped when the id turns out to be gone.
 */
export interface Lookup {
  studyId(project: string, study: string): Promise<string>;
  /** Runs `work` with the study's id; a remembered id that is gone is looked up again, once. */
  withStudy<Value>(project: string, study: string, work: (studyId: string) => Promise<Value>): Promise<Value>;
  /** The study of a trial; never changes. */
  studyOfTrial(trialId: string): Promise<string>;
  /** The session of the agent that claimed an attempt, null for a worker's; never changes. @throws FettleError "not-found" */
  sessionOfAttempt(trialId: string, attempt: number): Promise<string | null>;
  forget(studyId: string): void;
}

const NAME_KEPT_MS = 2000;
const MOST = 10_000;

export function createLookup(store: Store, now: () => number): Lookup {
  const names = new Map<string, { id: string; until: number }>();
  const trials = new Map<string, string>();
  const sessions = new Map<string, string | null>();

  async function studyId(project: string, study: string): Promise<string> {
    const key = `${project}/${study}`;
    const known = names.get(key);
    if (known && known.until > now()) return known.id;
    const { id } = await store.getStudy(project, study);
    remember(names, key, { id, until: now() + NAME_KEPT_MS });
    return id;
  }

  return {
    studyId,
    async withStudy(project, study, work) {
      const key = `${project}/${study}`;
      const wasKnown = names.has(key);
      try {
        return await work(await studyId(project, study));
      } catch (error) {
        const gone = error instanceof FettleError && error.code === "not-found";
        if (!gone || !wasKnown) throw error;
        names.delete(key);
        return work(await studyId(project, study));
      }
    },
    async studyOfTrial(trialId) {
      const known = trials.get(trialId);
      if (known !== undefined) return known;
      const { studyId: id } = await store.studyOfTrial(trialId);
      remember(trials, trialId, id);
      return id;
    },
    async sessionOfAttempt(trialId, attempt) {
      const key = `${trialId}/${attempt}`;
      const known = sessions.get(key);
      if (known !== undefined) return known;
      const session = await store.sessionOfAttempt(trialId, attempt);
      remember(sessions, key, session);
      return session;
    },
    forget(id) {
      for (const [key, entry] of names) if (entry.id === id) names.delete(key);
    },
  };
}

/** Forgets the oldest entry when full. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  if (map.size >= MOST) map.delete(map.keys().next().value as string);
  map.set(key, value);
}
