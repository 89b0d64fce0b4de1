import { useEffect, useState } from "preact/hooks";
import type { PreviewedTrial, PriorPlot } from "../../../core/charts.ts";
import { api, call } from "../../api/client.ts";
import { type FieldProblem, ProblemError } from "../../api/problem.ts";
import { project } from "../../app/router.ts";
import type { SpecText } from "./spec-text.ts";

/** Between the last keystroke and the question. Milliseconds. */
const PAUSE_MS = 300;

export interface Preview {
  /** What it is a preview of. */
  spec: Readonly<Record<string, unknown>>;
  samples: readonly PreviewedTrial[];
  priors: readonly PriorPlot[];
  explanation: string | null;
}

export interface Check {
  /** Which text was checked; null: none yet. */
  text: string | null;
  errors: readonly FieldProblem[];
  warnings: readonly FieldProblem[];
  /** Of the last text without errors. */
  preview: Preview | null;
  /** Why it could not be checked. */
  failure: ProblemError | null;
}

/** What the server has to say about a specification, as it is typed. */
export function useCheck(spec: SpecText): Check {
  const [check, setCheck] = useState<Check>({
    text: null,
    errors: [],
    warnings: [],
    preview: null,
    failure: null,
  });
  useEffect(() => {
    const read = spec.spec;
    if (read === null) return;
    let wanted = true;
    const ask = async () => {
      const answer = await checkSpec(read);
      if (wanted) setCheck((before) => ({ ...before, ...answer, text: spec.text }));
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [spec.text, project.value]);
  return check;
}

async function checkSpec(spec: Readonly<Record<string, unknown>>): Promise<Partial<Check>> {
  const request = { params: { path: { project: project.value } }, body: spec as never };
  try {
    const { errors, warnings } = await call(() => api.POST("/v1/projects/{project}/validate", request));
    if (errors.length > 0) return { errors, warnings, failure: null };
    const preview = await call(() => api.POST("/v1/projects/{project}/preview", request));
    return {
      errors: preview.errors,
      warnings,
      failure: null,
      preview: { ...(preview as unknown as Preview), spec },
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.errors.length > 0) return { errors: error.errors, warnings: [], failure: null };
    return { failure: error };
  }
}
