import { createInterface } from "node:readline/promises";
import { FettleError } from "../core/errors.ts";
import type { CommandCall } from "./command.ts";

/** Asks before something is destroyed; where nobody can answer, `--yes` must have been given. */
export async function confirm({ options, io }: CommandCall, question: string): Promise<boolean> {
  if (options.yes === true) return true;
  if (process.stdin.isTTY !== true || io.err.isTTY !== true) {
    throw new FettleError("invalid-input", `${question} Nobody is here to answer.`, {
      hint: "Say so beforehand: --yes",
    });
  }
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`${question} [y/N] `);
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}
