import { useState } from "preact/hooks";
import { ProblemError } from "../api/problem.ts";

export interface Action {
  /** Its button is disabled meanwhile. */
  underWay: boolean;
  error: ProblemError | null;
  /** Does it; what goes wrong is in `error`. */
  run: (act: () => Promise<unknown>) => Promise<void>;
}

/** Something that somebody asks for: under way, done, or refused with a reason. */
export function useAction(): Action {
  const [underWay, setUnderWay] = useState(false);
  const [error, setError] = useState<ProblemError | null>(null);
  const run = async (act: () => Promise<unknown>) => {
    setUnderWay(true);
    setError(null);
    try {
      await act();
    } catch (cause) {
      setError(
        cause instanceof ProblemError
          ? cause
          : new ProblemError({ status: 0, code: "internal", detail: String(cause) }),
      );
    } finally {
      setUnderWay(false);
    }
  };
  return { underWay, error, run };
}
