import { z } from "zod";

/** A setting that every schedule with promotions has. */
export const finalistsSchema = z
  .int()
  .min(0)
  .max(1000)
  .default(1)
  .describe(
    "Trials that are trained to the largest budget at least: when no more can start, the best that wait go on until so many are.",
  );
