import { delimiter } from "node:path";
import type { AttemptPaths, ExecutorInput } from "../../core/executor.ts";
import type { Json } from "../../core/json.ts";
import { parameterVariable } from "../../core/parameter-variable.ts";

/** Longest value of a variable that holds parameters; Linux refuses 128 KiB. The parameter file has everything. */
const MAX_VALUE = 96 * 1024;

/** Every variable of the tree's processes starts so; how they are found again after they left their group. */
export const MARKER_VARIABLE = "FETTLE_ATTEMPT_MARKER";

/**
 * The environment of a training process, later entries winning: the agent's own without Fettle's settings, database
 * addresses and what npm added; PYTHONUNBUFFERED, since buffered output would bring metrics late; the study's own; the
 * trial's contract. Credentials of other services (HF_TOKEN, WANDB_API_KEY) stay: scripts need them.
 */
export function trainingEnvironment(
  input: ExecutorInput,
  paths: AttemptPaths,
  resume: boolean,
  marker: string,
  agentEnvironment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return withoutNul({
    ...inherited(agentEnvironment),
    PYTHONUNBUFFERED: "1",
    ...input.environment,
    ...parameterVariables(input.params),
    ...contract(input, paths),
    ...(resume ? { FETTLE_RESUME: "1" } : {}),
    ...(input.gpus === null ? {} : { CUDA_VISIBLE_DEVICES: input.gpus.devices.join(",") }),
    [MARKER_VARIABLE]: marker,
  });
}

const PRIVATE = /^(FETTLE_|npm_|PG[A-Z]+$|NODE_CHANNEL_|DATABASE_URL$|REDIS_URL$|INIT_CWD$)/;

function inherited(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !PRIVATE.test(entry[0]),
  );
  return { PATH: ["/usr/local/bin", "/usr/bin", "/bin"].join(delimiter), ...Object.fromEntries(kept) };
}

function contract({ identity, params, gpus }: ExecutorInput, paths: AttemptPaths): Record<string, string> {
  const all = JSON.stringify(params);
  return {
    FETTLE_STUDY: identity.study,
    FETTLE_TRIAL: String(identity.trial),
    FETTLE_TRIAL_ID: identity.trialId,
    FETTLE_ATTEMPT: String(identity.attempt),
    FETTLE_SEED: String(identity.seed),
    FETTLE_URL: identity.url,
    FETTLE_TOKEN: identity.token,
    FETTLE_GPUS: String(gpus?.devices.length ?? 0),
    FETTLE_TRIAL_DIR: paths.trialDirectory,
    FETTLE_CHECKPOINT_DIR: paths.checkpointDirectory,
    FETTLE_PARAMS_FILE: paths.paramsFile,
    FETTLE_METRICS_FILE: paths.metricsFile,
    FETTLE_RESULT_FILE: paths.resultFile,
    ...(all.length <= MAX_VALUE ? { FETTLE_PARAMS: all } : {}),
    ...(identity.budget === null ? {} : { FETTLE_BUDGET: String(identity.budget) }),
  };
}

/** FETTLE_PARAM_<NAME> for each active parameter. */
function parameterVariables(params: Readonly<Record<string, Json>>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const variable = parameterVariable(name);
    // In studies from before such names were refused, the first of two has the variable.
    if (text.length <= MAX_VALUE) variables[variable] ??= text;
  }
  return variables;
}

/** No variable can hold a NUL, and one that does would keep the process from starting. */
function withoutNul(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => !value.includes("\0")));
}
