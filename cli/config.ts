import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FettleError, type FieldError } from "../core/errors.ts";
import { agentNameSchema } from "../core/protocol.ts";
import { didYouMean } from "../core/suggest-name.ts";

/**
 * Every setting of Fettle, in one table: flag over environment variable over `<data directory>/config` over default.
 * The parsed configuration, its documentation and the names that a typo is compared with all come from here.
 */

const text = z.string().min(1);
const number = z
  .string()
  .regex(/^\d+(\.\d+)?$/, "a number is needed")
  .transform(Number);
const projectName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes");
const httpUrl = z
  .url({ protocol: /^https?$/, error: "an http:// or https:// URL is needed" })
  .transform((url) => url.replace(/\/+$/, ""));

const labelsSchema = z.string().transform((value, context) => {
  const pairs = value.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim().split("=")]));
  const wrong = pairs.find(([key, ...rest]) => key === "" || rest.length !== 1);
  if (wrong !== undefined) context.addIssue({ code: "custom", message: "write zone=a,disk=ssd" });
  return Object.fromEntries(pairs) as Record<string, string>;
});

export interface Setting {
  env: string;
  /** The command line's name for it; absent where a secret would end up in the process list. */
  flag?: string;
  /** As it would be written in the environment; absent: not set. */
  default?: string;
  schema: z.ZodType<unknown, string>;
  meaning: string;
  secret?: true;
}

export const SETTINGS = {
  databaseUrl: {
    env: "DATABASE_URL",
    schema: text.regex(/^postgres(ql)?:\/\//, "a postgres:// URL is needed"),
    meaning: "PostgreSQL to use. Not set: the embedded server, kept in the data directory.",
    secret: true,
  },
  redisUrl: {
    env: "REDIS_URL",
    schema: text.regex(/^rediss?:\/\//, "a redis:// or rediss:// URL is needed"),
    meaning: "Redis for the queue. Not set: the queue lives in PostgreSQL.",
    secret: true,
  },
  host: {
    env: "FETTLE_HOST",
    flag: "--host <address>",
    default: "127.0.0.1",
    schema: text,
    meaning: "Address that the API listens on. Beyond loopback, authentication is required.",
  },
  port: {
    env: "FETTLE_PORT",
    flag: "--port <number>",
    default: "7420",
    schema: number.pipe(z.int().min(0).max(65_535)),
    meaning: "Port that the API listens on; 0 picks a free one.",
  },
  url: {
    env: "FETTLE_URL",
    flag: "--url <url>",
    default: "http://127.0.0.1:7420",
    schema: httpUrl,
    meaning: "Server that commands and agents talk to.",
  },
  token: {
    env: "FETTLE_TOKEN",
    schema: text,
    meaning: "Bearer token that commands and agents send.",
    secret: true,
  },
  adminToken: {
    env: "FETTLE_ADMIN_TOKEN",
    schema: z.string().min(32, "at least 32 characters are needed"),
    meaning: "An admin token that the API accepts beside those in the database; at least 32 characters.",
    secret: true,
  },
  auth: {
    env: "FETTLE_AUTH",
    flag: "--auth <mode>",
    default: "auto",
    schema: z.enum(["auto", "open-loopback", "token"]),
    meaning:
      "`open-loopback`: requests from this machine need no token. `token`: every request does. `auto`: `token` once an admin token is set or the address is not loopback.",
  },
  allowedHosts: {
    env: "FETTLE_ALLOWED_HOSTS",
    schema: z.string().transform((value) => value.split(",").flatMap((name) => name.trim() || [])),
    meaning: "Names, comma-separated, that the Host header may carry beside those of loopback.",
  },
  webhookTargets: {
    env: "FETTLE_WEBHOOK_TARGETS",
    default: "public",
    schema: z.enum(["public", "any"]),
    meaning:
      "Where webhooks may lead. `public`: https at public addresses, and this machine itself while no token is needed and the database is the embedded one. `any`: everywhere, by http too.",
  },
  dataDir: {
    env: "FETTLE_DATA_DIR",
    flag: "--data-dir <folder>",
    default: ".fettle",
    schema: text,
    meaning: "Embedded database, agent state and the `config` file.",
  },
  agentName: {
    env: "FETTLE_AGENT_NAME",
    flag: "--name <name>",
    schema: agentNameSchema,
    meaning: "Name of this agent, unique among the server's. Not set: the host's name.",
  },
  pool: {
    env: "FETTLE_POOL",
    flag: "--pool <name>",
    default: "default",
    schema: projectName,
    meaning: "Pool that this agent takes trials from.",
  },
  slots: {
    env: "FETTLE_SLOTS",
    flag: "--slots <number>",
    schema: number.pipe(z.int().min(1).max(10_000)),
    meaning: "Trials that this agent runs at once. Not set: one per GPU, else one per CPU core.",
  },
  labels: {
    env: "FETTLE_LABELS",
    flag: "--labels <pairs>",
    schema: labelsSchema,
    meaning: "Labels of this agent, as in `zone=a,disk=ssd`.",
  },
  intervalScale: {
    env: "FETTLE_INTERVAL_SCALE",
    default: "1",
    schema: number.pipe(z.number().min(0.1).max(1000)),
    meaning: "Divides every interval of the agent protocol (lease 60 s, heartbeat 10 s, …); tests use 20.",
  },
  logLevel: {
    env: "FETTLE_LOG_LEVEL",
    flag: "--log-level <level>",
    default: "info",
    schema: z.enum(["debug", "info", "warn", "error", "silent"]),
    meaning: "What is logged to standard error: debug, info, warn, error or silent.",
  },
  project: {
    env: "FETTLE_PROJECT",
    flag: "--project <name>",
    default: "default",
    schema: projectName,
    meaning: "Project that commands work in.",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

type Value<Name extends SettingName> =
  | z.infer<(typeof SETTINGS)[Name]["schema"]>
  | ((typeof SETTINGS)[Name] extends { default: string } ? never : undefined);

/** Parsed settings; undefined where nothing is set and there is no default. */
export type Config = { [Name in SettingName]: Value<Name> };

/** Set by Fettle itself for training processes, or read by the example and the tests: no settings, and no typos. */
const OTHER_VARIABLES = [
  "FETTLE_STUDY",
  "FETTLE_TRIAL",
  "FETTLE_TRIAL_ID",
  "FETTLE_ATTEMPT",
  "FETTLE_SEED",
  "FETTLE_PARAMS",
  "FETTLE_PARAMS_FILE",
  "FETTLE_METRICS_FILE",
  "FETTLE_RESULT_FILE",
  "FETTLE_TRIAL_DIR",
  "FETTLE_CHECKPOINT_DIR",
  "FETTLE_RESUME",
  "FETTLE_BUDGET",
  "FETTLE_AGENT_TOKEN",
  "FETTLE_NVIDIA_SMI",
  "FETTLE_DIGITS_CACHE",
  "FETTLE_ATTEMPT_MARKER",
  "FETTLE_GPUS",
  "FETTLE_DIGITS_CACHE",
];

export interface ConfigSources {
  flags: Partial<Record<SettingName, string>>;
  env: NodeJS.ProcessEnv;
  /** Reads `<data directory>/config`; undefined when there is none. */
  readConfigFile?: (dataDir: string) => string | undefined;
}

export interface LoadedConfig {
  config: Config;
  /** Sentences about variables that mean nothing. */
  warnings: string[];
}

/** @throws FettleError "invalid-config" naming every setting that is wrong, and where it came from. */
export function loadConfig({ flags, env, readConfigFile = readFile }: ConfigSources): LoadedConfig {
  const dataDir = flags.dataDir ?? filled(env.FETTLE_DATA_DIR) ?? SETTINGS.dataDir.default;
  const file = parseConfigFile(readConfigFile(dataDir) ?? "");
  const problems: FieldError[] = [];
  const entries = Object.entries(SETTINGS).map(([name, setting]: [string, Setting]) => {
    const given: [string | undefined, string][] = [
      [flags[name as SettingName], setting.flag?.split(" ")[0] ?? setting.env],
      [filled(env[setting.env]), setting.env],
      [file[setting.env], `${setting.env} in ${join(dataDir, "config")}`],
      [setting.default, "the default"],
    ];
    const [raw, source] = given.find(([value]) => value !== undefined) ?? [undefined, ""];
    if (raw === undefined) return [name, undefined];
    const parsed = setting.schema.safeParse(raw);
    if (parsed.success) return [name, parsed.data];
    const shown = setting.secret ? "the value" : `"${raw}"`;
    const message = `${source}: ${shown} is not accepted: ${parsed.error.issues[0]?.message}`;
    problems.push({ pointer: `/${setting.env}`, code: "invalid-setting", message, hint: setting.meaning });
    return [name, undefined];
  });
  if (problems.length > 0) {
    throw new FettleError("invalid-config", "The configuration is wrong.", { fields: problems });
  }
  return { config: Object.fromEntries(entries) as Config, warnings: unknownVariables(env, file) };
}

/** `NAME=value` lines; `#` starts a comment line. */
export function parseConfigFile(content: string): Record<string, string> {
  const lines = content.split(/\r?\n/).map((line) => line.trim());
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf("=");
      return line.startsWith("#") || at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
}

/** The table of settings as Markdown, for the documentation. */
export function configurationReference(): string {
  const rows = Object.values(SETTINGS).map((setting: Setting) => {
    const flag = setting.flag === undefined ? "" : `\`${setting.flag}\``;
    const value = setting.default === undefined ? "" : `\`${setting.default}\``;
    return `| \`${setting.env}\` | ${flag} | ${value} | ${setting.meaning.replaceAll("|", "\\|")} |`;
  });
  return ["| variable | flag | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function unknownVariables(env: NodeJS.ProcessEnv, file: Record<string, string>): string[] {
  const known = [...Object.values(SETTINGS).map(({ env: name }) => name as string), ...OTHER_VARIABLES];
  const given = [...Object.keys(env).filter((name) => name.startsWith("FETTLE_")), ...Object.keys(file)];
  return [...new Set(given)]
    .filter((name) => !known.includes(name))
    .map((name) => [`${name} is not a setting and is ignored.`, didYouMean(name, known)].join(" ").trim());
}

function filled(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function readFile(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, "config"), "utf8");
  } catch {
    return undefined;
  }
}
