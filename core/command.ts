import { z } from "zod";
import type { FieldError } from "./errors.ts";

export const commandSchema = z.array(z.string().max(32_768)).min(1).max(256);
export const argumentsSchema = z.strictObject({
  style: z.enum(["equals", "space", "hydra", "hydra-append", "dotted"]).default("equals"),
  booleans: z.enum(["value", "flag", "no-flag", "number"]).default("value"),
});

export function checkCommand(command: readonly string[], _names: readonly string[]): FieldError[] {
  return command[0] === "" ? [{ pointer: "/command/0", code: "empty", message: "The program's name is empty." }] : [];
}
