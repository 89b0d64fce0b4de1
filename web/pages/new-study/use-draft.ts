import { useEffect, useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { ProblemError } from "../../api/problem.ts";
import { project, query, setQuery } from "../../app/router.ts";
import { textOfSpec } from "./spec-text.ts";
import { templates } from "./templates.ts";

const KEY = "fettle-new-study";

export interface Draft {
  text: string;
  setText: (text: string) => void;
  /** Why the study that it was to begin with could not be read. */
  error: ProblemError | null;
  /** Nothing was written that a template does not say. */
  untouched: boolean;
}

/**
 * The text being written, kept for this tab. `?template=` begins with one of the templates, `?from=` with the specification
 * of a study that there is; both leave the address once that is done, so that a reload keeps what was written.
 */
export function useDraft(): Draft {
  const [text, setText] = useState(firstText);
  const [error, setError] = useState<ProblemError | null>(null);
  useEffect(() => {
    const from = query.value.get("from");
    setQuery({ template: null, from: null });
    if (from !== null) void specOf(from).then(setText, setError);
  }, []);
  useEffect(() => sessionStorage.setItem(KEY, text), [text]);
  return { text, setText, error, untouched: templates.some((template) => template.text === text) };
}

export function forgetDraft(): void {
  sessionStorage.removeItem(KEY);
}

function firstText(): string {
  const asked = templates.find(({ id }) => id === query.value.get("template"));
  return asked?.text ?? sessionStorage.getItem(KEY) ?? templates[0]!.text;
}

async function specOf(study: string): Promise<string> {
  const params = { path: { project: project.value, study } };
  const { spec } = await call(() => api.GET("/v1/projects/{project}/studies/{study}", { params }));
  return textOfSpec({ ...spec, name: `${spec.name}-copy`.slice(0, 63) });
}
