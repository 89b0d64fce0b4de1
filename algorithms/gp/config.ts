import { z } from "zod";
import { WARPS } from "./warp.ts";

export const configSchema = z.strictObject({
  warp: z
    .enum(["auto", ...WARPS])
    .default("auto")
    .describe("How losses are warped before they are modelled; `auto`: as predicts the results best."),
  inputWarp: z
    .boolean()
    .default(true)
    .describe(
      "Whether a parameter may be stretched where results change fastest, as another scale would do.",
    ),
});
export type GpConfig = z.infer<typeof configSchema>;
