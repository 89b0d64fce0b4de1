import { accessSync, constants, mkdirSync, statfsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { resolve } from "node:path";
import { discoverGpus } from "../../agents/gpu.ts";
import { messageOf } from "../../core/errors.ts";
import { findBinaries } from "../../store/embedded/binaries.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import type { Config } from "../config.ts";
import { EXIT_CODES } from "../failure.ts";
import type { Shape } from "../output.ts";
import { VERSION } from "../package.ts";
import { addOutputOptions, printRows } from "../printing.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

interface Finding {
  check: string;
  /** `note`: not needed for everything. */
  verdict: "ok" | "note" | "problem";
  text: string;
}

type Check = (config: Config) => Promise<Omit<Finding, "check">>;

const GIB = 1024 ** 3;
const NODE_NEEDED = [20, 19] as const;
const DISK_NEEDED_GIB = 1;
/** Leases are judged by the database's clock; this is for people who compare times in logs. */
const CLOCK_TOLERANCE_MS = 5000;

/** What a first run needs, each looked at for real. */
const checks: Readonly<Record<string, Check>> = {
  node: async () => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const fits = major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1]);
    return verdict(fits, `Node.js ${process.versions.node}`, `${NODE_NEEDED.join(".")} or newer is needed`);
  },
  machine: async () =>
    ok(`${availableParallelism()} CPU cores, ${Math.round(totalmem() / GIB)} GB of memory`),
  gpus: async () => {
    const gpus = await discoverGpus();
    if (gpus.length === 0) return note("none found by nvidia-smi; trials run on CPU slots");
    return ok(gpus.map(({ name }) => name).join(", "));
  },
  "data directory": async ({ dataDir }) => {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(dataDir);
    const freeGib = (bavail * bsize) / GIB;
    return verdict(
      freeGib >= DISK_NEEDED_GIB,
      `${resolve(dataDir)}, ${freeGib.toFixed(1)} GB free`,
      "hardly any space is left",
    );
  },
  database: async ({ databaseUrl, dataDir }) => {
    if (databaseUrl !== undefined) return ok("DATABASE_URL is set; the server below says whether it answers");
    await findBinaries(resolve(dataDir, "postgres-lib"));
    return ok("the embedded PostgreSQL is installed");
  },
  server: async (config) => {
    const client = createClient(config);
    const { queue, backend } = await client.get<{ queue: string; backend: string }>("/readyz");
    const { version } = await client.get<{ version: string }>("/v1/version");
    return ok(`${client.url} is ready: version ${version}, queue on ${backend} ${queue}; this is ${VERSION}`);
  },
  clock: async ({ url }) => {
    const asked = Date.now();
    const reply = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) });
    const skewMs = Math.abs(Date.parse(reply.headers.get("date") ?? "") - (asked + Date.now()) / 2);
    if (Number.isNaN(skewMs)) return note("the server does not tell its time");
    return skewMs <= CLOCK_TOLERANCE_MS
      ? ok("agrees with the server's")
      : note(`${Math.round(skewMs / 1000)} s apart from the server's; times in logs will look wrong`);
  },
};

/** Without a server most things can still be looked at. */
const NEEDS_SERVER: ReadonlySet<string> = new Set(["server", "clock"]);

const shape: Shape<Finding> = {
  name: ({ check }) => check,
  empty: "Nothing was checked.",
  columns: [
    { title: "CHECK", text: ({ check }) => check },
    { title: "", text: ({ verdict }) => verdict },
    { title: "FINDING", text: ({ text }) => text },
  ],
};

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: addOutputOptions,
  async run(call) {
    const findings: Finding[] = [];
    for (const [check, look] of Object.entries(checks)) {
      const failed = NEEDS_SERVER.has(check) ? note : problem;
      const finding = await look(call.config).catch((error) => failed(messageOf(error)));
      findings.push({ check, ...finding });
    }
    printRows(call, findings, shape);
    const isWell = findings.every(({ verdict }) => verdict !== "problem");
    call.io.err.write(isWell ? "Fettle can run here.\n" : "Fettle cannot run here yet.\n");
    return isWell ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
  },
};

function verdict(fits: boolean, text: string, trouble: string): Omit<Finding, "check"> {
  return fits ? ok(text) : problem(`${text}: ${trouble}`);
}

function ok(text: string): Omit<Finding, "check"> {
  return { verdict: "ok", text };
}

function note(text: string): Omit<Finding, "check"> {
  return { verdict: "note", text };
}

function problem(text: string): Omit<Finding, "check"> {
  return { verdict: "problem", text };
}
