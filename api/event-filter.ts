import type { EventResource } from "../core/resources.ts";

interface Filter {
  project: string | undefined;
  /** Name. */
  study: string | undefined;
  types: readonly string[] | undefined;
}

/** Whether a client asked for an event. */
export function eventFilter({ project, study, types }: Filter): (event: EventResource) => boolean {
  const wanted = types === undefined ? null : new Set(types);
  return (event) =>
    (project === undefined || event.project === project) &&
    (study === undefined || event.study === study) &&
    (wanted === null || wanted.has(event.type));
}
