import { FettleError } from "../../core/errors.ts";

/** The error of a setting that the study's rungs do not allow. */
export function refuseSetting(setting: string, message: string, hint: string): FettleError {
  const field = { pointer: `/fidelity/schedule/config/${setting}`, code: "out-of-range", message, hint };
  return new FettleError("invalid-study", message, { fields: [field], hint });
}
