import { studyResourceSchema } from "../../core/resources.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const studyGet = defineRoute({
  id: "getStudy",
  method: "GET",
  url: STUDY_URL,
  tag: "studies",
  summary: "Get a study: specification, state, counts, best trial",
  access: "read",
  params: studyPath,
  reply: { status: 200, schema: studyResourceSchema },
  async handle({ store }, { params, reply }) {
    const study = await store.getStudy(params.project, params.study);
    reply.header("etag", `"${study.version}"`);
    return study;
  },
});
