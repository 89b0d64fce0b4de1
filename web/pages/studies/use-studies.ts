import type { Page, StudyResource } from "../../../core/resources.ts";
import type { StudyState } from "../../../core/trial.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project, query } from "../../app/router.ts";

/** Written out, for core's own list comes with its schemas. */
export const STUDY_STATES = [
  "running",
  "paused",
  "stopping",
  "done",
] as const satisfies readonly StudyState[];

const PAGE_SIZE = 50;
/** A text without an operator is looked for in the names. */
const HAS_OPERATOR = /[=<>:()]|\bIN\b/;

/** The studies that the address asks for: `filter`, `state`, `tag` and `cursor`. */
export function useStudies(): Resource<Page<StudyResource>> {
  const wanted = wantedStudies();
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies", {
        params: { path: { project: project.value }, query: { ...wanted, limit: PAGE_SIZE } },
      }),
    );
  const key = JSON.stringify([project.value, wanted]);
  return useResource(
    key,
    read as () => Promise<Page<StudyResource>>,
    (event) => event.project === project.value,
  );
}

export function isFiltered(): boolean {
  return ["filter", "state", "tag"].some((name) => query.value.has(name));
}

function wantedStudies() {
  const text = query.value.get("filter")?.trim() ?? "";
  const state = query.value.get("state");
  const tag = query.value.get("tag");
  const cursor = query.value.get("cursor");
  return {
    ...(text !== "" && { filter: HAS_OPERATOR.test(text) ? text : `name:${JSON.stringify(text)}` }),
    ...(isStudyState(state) && { state }),
    ...(tag !== null && { tag }),
    ...(cursor !== null && { cursor }),
  };
}

function isStudyState(text: string | null): text is StudyState {
  return (STUDY_STATES as readonly (string | null)[]).includes(text);
}
