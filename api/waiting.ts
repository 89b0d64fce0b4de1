import { FettleError } from "../core/errors.ts";

/** Bounds how many requests wait at the same time. */
export interface Waiting {
  /** Counts one more, until the function returned is called. @throws FettleError "too-many-requests". */
  enter(): () => void;
  count(): number;
}

export function createWaiting(limit: number): Waiting {
  let count = 0;
  return {
    enter() {
      if (count >= limit) {
        throw new FettleError("too-many-requests", `${limit} requests are waiting already.`, {
          hint: "Try again in a few seconds.",
        });
      }
      count += 1;
      let left = false;
      return () => {
        if (!left) count -= 1;
        left = true;
      };
    },
    count: () => count,
  };
}
