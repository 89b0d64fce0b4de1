import { z } from "zod";
import { textSchema } from "./text.ts";

/** How a trial's parameters become command line arguments: one rule for each family of argument parsers. */

export const ARGUMENT_STYLES = ["equals", "space", "hydra", "hydra-append", "dotted"] as const;
const argumentStyleSchema = z.enum(ARGUMENT_STYLES);
export type ArgumentStyle = z.infer<typeof argumentStyleSchema>;

const booleanStyleSchema = z.enum(["value", "flag", "no-flag", "number"]);
export type BooleanStyle = z.infer<typeof booleanStyleSchema>;

export const argumentsSchema = z
  .strictObject({
    style: argumentStyleSchema
      .default("equals")
      .describe(
        "equals: --lr=0.1. space: --lr 0.1 (two arguments; joined by = when the value starts with a dash). " +
          "hydra: lr=0.1. hydra-append: +lr=0.1. dotted: as equals, but an object becomes one argument a leaf, --model.lr=0.1.",
      ),
    booleans: booleanStyleSchema
      .default("value")
      .describe(
        "value: --flag=true. flag: --flag, or nothing when false. no-flag: --flag or --no-flag. number: --flag=1. " +
          "Hydra styles know value and number only.",
      ),
    booleanOverrides: z
      .record(textSchema(), booleanStyleSchema)
      .default({})
      .describe("The style of single boolean parameters, by name."),
  })
  .describe("How {{args}} in the command renders the trial's parameters.");
export type ArgumentRules = z.infer<typeof argumentsSchema>;
