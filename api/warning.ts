import { z } from "zod";

/** Something that runs, but perhaps not as its author thinks. */
export const warningSchema = z.object({
  pointer: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});
