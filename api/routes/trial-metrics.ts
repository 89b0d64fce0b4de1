import { z } from "zod";
import { metricSeriesSchema } from "../../core/resources.ts";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { integer, real, words } from "../query.ts";
import { defineRoute } from "../route.ts";

export const trialMetrics = defineRoute({
  id: "getTrialMetrics",
  method: "GET",
  url: `${TRIAL_URL}/metrics`,
  tag: "trials",
  summary: "The points of a trial's metrics",
  description: "Long series are thinned: the first, the last and the extremes of each stretch are kept.",
  access: "read",
  params: trialPath,
  query: z.strictObject({
    names: words("Only these metrics, with commas between.").optional(),
    attempt: integer({ min: 1, max: 1_000_000, description: "Default: the latest." }).optional(),
    maxPoints: integer({ min: 4, max: 100_000, default: 1000, description: "Points of a series, at most." }),
    from: real("Only steps from this one on, thinned as a series of their own.").optional(),
    to: real("Only steps up to this one.").optional(),
  }),
  reply: { status: 200, schema: z.object({ series: z.array(metricSeriesSchema) }) },
  async handle({ store, lookup }, { params, query }) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const wanted = { ...Object.fromEntries(given), maxPoints: query.maxPoints };
    const series = await lookup.withStudy(params.project, params.study, (id) =>
      store.trialMetrics(id, params.number, wanted),
    );
    return { series };
  },
});
