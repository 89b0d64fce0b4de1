import { execFileSync } from "node:child_process";
import { newReport, printReport, type Report, versionOf, writeReport } from "../report.ts";
import { heartbeats } from "./heartbeats.ts";
import { ingest } from "./ingest.ts";
import { queuedToStarted } from "./latency.ts";
import { lifecycle } from "./lifecycle.ts";
import { optunaLifecycle, peerPython, setupPeers } from "./peers.ts";
import { startRedis } from "./redis.ts";
import { environment, type Server, startServer } from "./server.ts";
import { helpMs } from "./startup.ts";

/**
 * The service's speed, measured from outside on the built bundle: every figure of the README comes from here.
 * `npm run bench:service` (`-- --quick` for a tenth of the time, `-- --setup` once, for the peers).
 */

const root = new URL("../..", import.meta.url).pathname;
const bundle = `${root}dist/fettle.js`;
const quick = process.argv.includes("--quick");
const python = peerPython(process.env);

async function main(): Promise<void> {
  if (process.argv.includes("--setup")) return setupPeers(python);
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const report = newReport("npm run bench:service", new Date(), { node: process.version });
  await withServer({}, async (server) => {
    await startupTargets(report, server);
    await lifecycleTargets(report, server);
    await heartbeatTargets(report, server);
  });
  await withServer({}, (server) => ingestTargets(report, server));
  await withServer({}, (server) => latencyTarget(report, server, "embedded default", 3));
  const redis = await startRedis();
  await withServer({ redisUrl: redis.url }, (server) => latencyTarget(report, server, "Redis", 1)).finally(
    redis.stop,
  );
  report.versions.redis = versionOf("redis-server", ["--version"]).replace(/^.*v=(\S+).*$/, "$1");
  printReport(report);
  if (!quick) writeReport(`${root}benchmarks/results`, "service", report);
  process.exitCode = report.targets.every(({ met }) => met) ? 0 : 1;
}

async function withServer(
  options: { redisUrl?: string },
  measure: (server: Server) => Promise<void>,
): Promise<void> {
  const server = await startServer(bundle, options);
  try {
    await measure(server);
  } finally {
    await server.stop();
  }
}

async function startupTargets(report: Report, server: Server): Promise<void> {
  add(
    report,
    "`fettle --help` from the bundle, median of 11",
    "< 200 ms",
    await helpMs(bundle, 11),
    "ms",
    (value) => value < 200,
  );
  add(report, "`fettle up` ready, first start", "< 3000 ms", server.readyMs, "ms", (value) => value < 3000);
}

async function lifecycleTargets(report: Report, server: Server): Promise<void> {
  const trials = quick ? 300 : 3000;
  const ours = await lifecycle(server.url, { agents: 16, trials });
  add(
    report,
    `trial life cycle, 16 agents, ${trials} trials`,
    ">= 100 trials/s",
    ours,
    "trials/s",
    (value) => value >= 100,
  );
  const peer = await optunaLifecycle(python, peerDatabase(server), { workers: 8, trials: quick ? 80 : 400 });
  if (peer === null) {
    console.error("Optuna is not measured: run `npm run bench:service -- --setup` once.");
    return;
  }
  report.versions.optuna = peer.version;
  const ratio = ours / peer.trialsPerSecond;
  add(
    report,
    `the same in Optuna, 8 workers: ${peer.trialsPerSecond.toFixed(1)} trials/s; ratio`,
    "> 1 ×",
    ratio,
    "×",
    (value) => value > 1,
  );
}

/** A database of the peer's own on the very server that Fettle uses. */
function peerDatabase(server: Server): string {
  const url = execFileSync(process.execPath, [bundle, "database-url"], {
    encoding: "utf8",
    env: environment({ FETTLE_DATA_DIR: server.dataDir }),
  });
  return url.trim();
}

async function heartbeatTargets(report: Report, server: Server): Promise<void> {
  const options = { agents: 1000, everyMs: 10_000, seconds: quick ? 5 : 30 };
  const { serviceShare, totalShare } = await heartbeats(server.url, server.pid, options);
  const percent = (share: number) => share * 100;
  add(
    report,
    "1,000 agents beating every 10 s, CPU of the service",
    "< 25 % of a core",
    percent(serviceShare),
    "%",
    (value) => value < 25,
  );
  add(report, "the same with its PostgreSQL", "(shown)", percent(totalShare), "%", () => true);
}

async function ingestTargets(report: Report, server: Server): Promise<void> {
  const seconds = quick ? 6 : 60;
  const result = await ingest(server.url, server.pid, { pointsPerSecond: 12_000, seconds });
  const { pointsPerSecond, p99Ms, sent, stored, peakResidentMb } = result;
  add(
    report,
    `metric ingest in batches of 100, ${seconds} s`,
    ">= 10000 points/s",
    pointsPerSecond,
    "points/s",
    (value) => value >= 10_000,
  );
  add(report, "its latency, p99", "< 250 ms", p99Ms, "ms", (value) => value < 250);
  add(report, "points lost", "0", sent - stored, "points", (value) => value === 0);
  add(
    report,
    "resident memory of the service under it, peak",
    "< 300 MB",
    peakResidentMb,
    "MB",
    (value) => value < 300,
  );
}

async function latencyTarget(report: Report, server: Server, backend: string, target: number): Promise<void> {
  const seconds = await queuedToStarted(server.url, { agents: 8, trials: quick ? 40 : 300 });
  add(report, `queued to started, p99, ${backend}`, `< ${target} s`, seconds, "s", (value) => value < target);
}

function add(
  report: Report,
  what: string,
  target: string,
  value: number,
  unit: string,
  met: (value: number) => boolean,
): void {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  const entry = { what, target, measured: `${value.toFixed(digits)} ${unit}`, met: met(value) };
  report.targets.push(entry);
  console.error(`${entry.met ? "met    " : "NOT MET"} ${what}: ${entry.measured} (${target})`);
}

await main();
