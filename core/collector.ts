import { z } from "zod";
import type { FieldError } from "./errors.ts";

export const collectorSpecSchema = z.discriminatedUnion("collector", [z.strictObject({ collector: z.literal("metrics-file") })]);

export function checkCollectors(_specs: readonly unknown[]): FieldError[] {
  return [];
}
