import type { Encoder } from "../core/encode.ts";
import type { StudyState } from "./state.ts";

/** What is kept of a study between its turns. The search space never changes, so neither does the encoder. */
export interface WarmStudy {
  state: StudyState;
  encoder: Encoder;
}

/** The studies this process ordered last; the least recently used leave first. */
export interface StateCache {
  /** Hands the study over: it is the caller's until it is put back. */
  take(studyId: string): WarmStudy | null;
  /** Returns the study that left to make room; null: none had to. */
  put(studyId: string, warm: WarmStudy): string | null;
  drop(studyId: string): void;
}

export function createStateCache(capacity: number): StateCache {
  const studies = new Map<string, WarmStudy>();
  return {
    take(studyId) {
      const warm = studies.get(studyId) ?? null;
      studies.delete(studyId);
      return warm;
    },
    put(studyId, warm) {
      studies.set(studyId, warm);
      const oldest = studies.keys().next();
      if (studies.size <= capacity || oldest.done) return null;
      studies.delete(oldest.value);
      return oldest.value;
    },
    drop(studyId) {
      studies.delete(studyId);
    },
  };
}
