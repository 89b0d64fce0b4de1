import { FettleError, type FieldError } from "../../core/errors.ts";
import type { FidelitySchedule } from "../../core/fidelity.ts";
import { didYouMean } from "../../core/suggest-name.ts";
import { asha } from "./asha.ts";
import { hyperband } from "./hyperband.ts";
import { pasha } from "./pasha.ts";
import { pb2 } from "./population/pb2.ts";
import { pbt } from "./population/pbt.ts";
import { successiveHalving } from "./successive-halving.ts";

/** The registry of fidelity schedules: adding one is one file and one line here. */
export const schedules: Readonly<Record<string, FidelitySchedule>> = register([
  asha,
  hyperband,
  successiveHalving,
  pasha,
  pbt,
  pb2,
]);

/** @throws FettleError "invalid-study" at /fidelity/schedule/name when there is none of that name. */
export function findSchedule(name: string): FidelitySchedule {
  if (Object.hasOwn(schedules, name)) return schedules[name]!;
  const message = `There is no fidelity schedule "${name}".`;
  const names = Object.keys(schedules);
  const hint = didYouMean(name, names) ?? `There are: ${names.join(", ")}.`;
  throw refusedName({ code: "unknown-schedule", message, hint });
}

// biome-ignore lint/suspicious/noExplicitAny: each entry parses its own configuration before `create` sees it.
function register(entries: readonly FidelitySchedule<any>[]): Readonly<Record<string, FidelitySchedule>> {
  return Object.fromEntries(entries.map((entry) => [entry.name, refuseUnsupported(entry)]));
}

/** The schedule, refusing several losses in `create` where it cannot order them. */
function refuseUnsupported<Config>(schedule: FidelitySchedule<Config>): FidelitySchedule<Config> {
  return {
    ...schedule,
    create(problem, config) {
      if (problem.objectives > 1 && !schedule.multiObjective) {
        const message = `Schedule "${schedule.name}" does not handle several objectives.`;
        throw refusedName({ code: "unsupported", message, hint: "Use asha, or a single objective." });
      }
      return schedule.create(problem, config);
    },
  };
}

function refusedName(what: Omit<FieldError, "pointer"> & { hint: string }): FettleError {
  const field = { pointer: "/fidelity/schedule/name", ...what };
  return new FettleError("invalid-study", what.message, { fields: [field], hint: what.hint });
}
