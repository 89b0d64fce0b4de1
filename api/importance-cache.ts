import type { ImportanceResource } from "../core/resources.ts";

/** Importance that was computed already, or is just now: everybody who asks the same waits for one computation. */
export interface ImportanceCache {
  /** `key`: all that the answer depends on. A failure is not remembered. */
  get(key: string, compute: () => Promise<ImportanceResource>): Promise<ImportanceResource>;
}

/** A few kilobytes each. */
const MOST = 200;

export function createImportanceCache(): ImportanceCache {
  const answers = new Map<string, Promise<ImportanceResource>>();
  return {
    get(key, compute) {
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = compute();
      answer.catch(() => answers.delete(key));
      if (answers.size >= MOST) answers.delete(answers.keys().next().value as string);
      answers.set(key, answer);
      return answer;
    },
  };
}
