import { z } from "zod";

/** What the queue's messages say. Hints only: each can be made again from the store. */

/** On `advance`: this study may have something to decide. */
export const advanceHintSchema = z.object({ studyId: z.uuid() });
export type AdvanceHint = z.infer<typeof advanceHintSchema>;

/** On `dispatch-<pool>`: trials of the pool were queued, and so many waiting agents should look. */
export const dispatchHintSchema = z.object({ queued: z.int().min(1) });
export type DispatchHint = z.infer<typeof dispatchHintSchema>;
