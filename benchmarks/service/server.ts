import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Fettle of the built bundle on the embedded database, in a directory of its own. */
export interface Server {
  url: string;
  pid: number;
  dataDir: string;
  /** Milliseconds from the process's start to the first good answer of /readyz. */
  readyMs: number;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Absent: the queue runs on the embedded database too. */
  redisUrl?: string;
  /** Trials that its own agent runs at once; absent: it has no agent. */
  slots?: number;
}

export async function startServer(bundle: string, options: ServerOptions = {}): Promise<Server> {
  const dataDir = mkdtempSync(join(tmpdir(), "fettle-bench-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = environment({
    FETTLE_DATA_DIR: dataDir,
    FETTLE_PORT: String(port),
    FETTLE_LOG_LEVEL: "error",
    ...redisSetting(options),
    ...(options.slots !== undefined && { FETTLE_SLOTS: String(options.slots) }),
  });
  const started = performance.now();
  const agent = options.slots === undefined ? ["--no-agent"] : [];
  const child = spawn(process.execPath, [bundle, "up", ...agent], {
    env,
    cwd: dataDir,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let talk = "";
  child.stderr.on("data", (chunk: Buffer) => {
    talk = (talk + chunk.toString()).slice(-4000);
  });
  await ready(url, child).catch((error) => {
    throw new Error(`${error}\n${talk}`);
  });
  const readyMs = performance.now() - started;
  return {
    url,
    pid: child.pid as number,
    dataDir,
    readyMs,
    stop: async () => {
      await stopChild(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const redisSetting = ({ redisUrl }: ServerOptions) => (redisUrl === undefined ? {} : { REDIS_URL: redisUrl });

/** This process's environment without any setting of Fettle, and these instead. */
export function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("FETTLE_") && name !== "DATABASE_URL" && name !== "REDIS_URL",
  );
  return { ...Object.fromEntries(kept), ...settings };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`fettle up ended with ${child.exitCode}`);
    const answered = await fetch(`${url}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("fettle up was not ready within 30 s");
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await exited;
  clearTimeout(timer);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** CPU seconds that a process and all its descendants have used. Linux; the clock tick is 100 per second there. */
export function cpuSeconds(pid: number): number {
  const own = processTimes(pid);
  return own + childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), 0);
}

/** CPU seconds of one process alone. */
export function processTimes(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

/** Resident memory of one process, in MB. */
export function residentMb(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("VmRSS:"));
  return Number(line?.replace(/\D/g, "")) / 1024;
}
