import { Readable } from "node:stream";
import { z } from "zod";
import { followLog, type LogQuery } from "../follow-log.ts";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { flag, integer } from "../query.ts";
import { defineRoute, RawAnswer } from "../route.ts";

const MIB = 1024 * 1024;

export const trialLogs = defineRoute({
  id: "getTrialLogs",
  method: "GET",
  url: `${TRIAL_URL}/logs`,
  tag: "trials",
  summary: "What a trial printed",
  description:
    "Bytes as they came, from `offset`. The headers say where to read on (`X-Log-Next-Offset`), of which attempt this " +
    "is (`X-Log-Attempt`), whether it is over (`X-Log-End`) and how much its agent left out (`X-Log-Truncated-Bytes`). " +
    "With `follow=true` the reply goes on until the attempt ends.",
  access: "read",
  params: trialPath,
  query: z.strictObject({
    attempt: integer({ min: 1, max: 1_000_000, description: "Default: the latest." }).optional(),
    offset: integer({ min: 0, max: 2 ** 48, default: 0, description: "First byte wanted." }),
    maxBytes: integer({ min: 1, max: 4 * MIB, default: MIB, description: "Not with follow." }),
    follow: flag("Go on until the attempt is over."),
  }),
  reply: { status: 200, schema: z.string(), type: "text/plain" },
  async handle({ store, waiting, lookup }, call) {
    const { params, query, reply } = call;
    const studyId = await lookup.studyId(params.project, params.study);
    const read = (wanted: LogQuery) => store.readLog(studyId, params.number, wanted);
    const { attempt, offset, maxBytes } = query;
    const slice = await read({ offset, maxBytes, ...(attempt === undefined ? {} : { attempt }) });
    reply.header("x-log-attempt", String(slice.attempt));
    reply.header("x-log-truncated-bytes", String(slice.truncatedBytes));
    if (!query.follow) {
      reply.header("x-log-next-offset", String(slice.nextOffset));
      reply.header("x-log-end", String(slice.end));
      return new RawAnswer("text/plain; charset=utf-8", slice.bytes);
    }
    return new RawAnswer(
      "text/plain; charset=utf-8",
      Readable.from(followLog(read, slice, { waiting, ended: call.signal })),
    );
  },
});
