import { z } from "zod";
import { STUDY_URL, studyPath } from "../paths.ts";
import { actorOf } from "../principal.ts";
import { defineRoute } from "../route.ts";

export const studyDelete = defineRoute({
  id: "deleteStudy",
  method: "DELETE",
  url: STUDY_URL,
  tag: "studies",
  summary: "Delete a study with everything that belongs to it",
  description: "Its running trials are stopped, its name is free at once.",
  access: "write",
  params: studyPath,
  reply: { status: 204, schema: z.undefined() },
  async handle({ store, lookup }, { params, principal }) {
    const { id } = await store.getStudy(params.project, params.study);
    await store.deleteStudy(id, actorOf(principal));
    lookup.forget(id);
    return undefined;
  },
});
