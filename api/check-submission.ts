import { checkAlgorithm, checkFidelity, checkStopper } from "../algorithms/check.ts";
import { findAlgorithm } from "../algorithms/index.ts";
import { checkSpace } from "../core/check-space.ts";
import { FettleError, type FieldError } from "../core/errors.ts";
import { type Capacity, misfit } from "../core/placement.ts";
import { createProblem, fidelityOf, type ProblemOptions } from "../core/problem.ts";
import type { AgentResource } from "../core/resources.ts";
import { checkStudy, type StudySpec, stopRules } from "../core/study.ts";
import { whyWaiting } from "../core/waiting.ts";

/** What is wrong with a study beyond its schema: everything that would keep it from running as written. */
export function submissionErrors(spec: StudySpec): FieldError[] {
  const errors = checkStudy(spec);
  errors.push(...stopperErrors(spec));
  // An algorithm is asked only about a space that is one.
  const space = checkSpace(spec).length > 0 ? null : spec;
  return [...errors, ...searchErrors(spec, space)];
}

function searchErrors(spec: StudySpec, space: StudySpec | null): FieldError[] {
  const { algorithm, fidelity } = spec;
  const options = problemOptions(spec);
  if (fidelity === undefined) return checkAlgorithm(algorithm, space, options);
  return space === null ? [] : checkFidelity(algorithm, fidelity.schedule, space, options);
}

function stopperErrors(spec: StudySpec): FieldError[] {
  const several = spec.earlyStopping !== undefined && "rules" in spec.earlyStopping;
  return stopRules(spec).flatMap((rule, index) =>
    checkStopper(rule, several ? `/earlyStopping/rules/${index}` : "/earlyStopping"),
  );
}

/**
 * A study keeps running under the rules of the day on which it was submitted; only what a change makes wrong is refused.
 * @throws FettleError "invalid-study" naming everything.
 */
export function assertChangeable(before: StudySpec, after: StudySpec): void {
  const named = ({ pointer, code }: FieldError) => `${pointer} ${code}`;
  const old = new Set(submissionErrors(before).map(named));
  assertNone(submissionErrors(after).filter((error) => !old.has(named(error))));
}

/** @throws FettleError "invalid-study" naming everything. */
export function assertNone(fields: readonly FieldError[]): void {
  if (fields.length === 0) return;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : "";
  throw new FettleError("invalid-study", `${fields[0]!.message}${more}`, { fields });
}

/** What will run, but perhaps not as its author thinks. @param spec has no errors. */
export function submissionWarnings(spec: StudySpec, agents: readonly AgentResource[]): FieldError[] {
  return [...endWarnings(spec), ...placementWarnings(spec, agents)];
}

/** What submission and explanation ask the algorithm about. */
export function problemOptions(spec: StudySpec): ProblemOptions {
  return {
    objectives: spec.objectives.length,
    constraints: spec.outcomeConstraints.length,
    maxTrials: spec.budget.maxTrials ?? null,
    parallelism: spec.parallelism,
    seed: spec.seed,
    fidelity: fidelityOf(spec),
  };
}

function endWarnings(spec: StudySpec): FieldError[] {
  const { maxTrials, maxWallTimeSeconds, maxGpuHours } = spec.budget;
  const algorithm = findAlgorithm(spec.algorithm.name);
  const config = algorithm.config.parse(spec.algorithm.config);
  const capacity =
    algorithm.capacity?.(createProblem(spec, problemOptions(spec)), config) ?? Number.POSITIVE_INFINITY;
  if (maxTrials !== undefined && maxTrials > capacity) {
    return [
      {
        pointer: "/budget/maxTrials",
        code: "more-than-exist",
        message: `maxTrials is ${maxTrials}, but ${algorithm.name} has at most ${capacity} points here; the study ends after them.`,
      },
    ];
  }
  const limited = [maxTrials, maxWallTimeSeconds, maxGpuHours].some((limit) => limit !== undefined);
  const targeted = spec.objectives.some((objective) => objective.target !== undefined);
  if (limited || targeted || Number.isFinite(capacity)) return [];
  return [
    {
      pointer: "/budget",
      code: "no-end",
      message: "Nothing ends this study: it runs until somebody stops it.",
      hint: "Give budget.maxTrials, a time limit or a target.",
    },
  ];
}

function placementWarnings(spec: StudySpec, agents: readonly AgentResource[]): FieldError[] {
  if (spec.command === undefined) return [];
  const hosts = agents.map((agent) => ({
    name: agent.name,
    state: agent.state,
    total: idle(agent),
    free: idle(agent),
  }));
  const { resources, parallelism } = spec;
  if (hosts.some((host) => host.state === "up" && misfit(resources, host.total) === null)) return [];
  const study = { state: "running", running: 0, parallelism, runsCommand: true, resources } as const;
  return [
    {
      pointer: "/resources",
      code: "no-agent-fits",
      message: `Trials will wait. ${whyWaiting(study, hosts)}`,
    },
  ];
}

/** What an agent offers when nothing runs on it. */
function idle(agent: AgentResource): Capacity {
  const gpus = agent.gpus.map((gpu) => ({ ...gpu, free: 1, freeMemoryMb: gpu.memoryMb }));
  const { pool, labels, cpus, memoryMb, slots } = agent;
  return { pool, labels, gpus, cpus, memoryMb, slots };
}
