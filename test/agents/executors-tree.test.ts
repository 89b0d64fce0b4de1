import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { executors, sweepLeftovers } from "../../agents/executors/index.ts";
import { createExecutorBench, type ExecutorBench, isRunning } from "../support/executor.ts";
import { waitFor } from "../support/wait-for.ts";

const DOOMED_AGENT = fileURLToPath(new URL("../support/doomed-agent.ts", import.meta.url));

// Ways in which a process slips away from who ends its parent, started in the background. Each notes its pid in "pids".
const ESCAPES = {
  "ignores TERM": `sh -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &`,
  "is a grandchild": `sh -c 'sh -c "echo \\$\\$ >> pids; exec sleep 600" & wait' &`,
  "is a double-forked orphan": `(sh -c 'echo $$ >> pids; exec sleep 600' &);`,
  "started a session of its own and holds stdout": `setsid sh -c 'echo $$ >> pids; exec sleep 600' &`,
};
const lasting = (slip: string) => `${slip} exec sleep 600`;

let bench: ExecutorBench;
let agents: ChildProcess[];
beforeEach(() => {
  bench = createExecutorBench(executors.process!);
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) agent.kill("SIGKILL");
  await sweepLeftovers(bench.directory);
  await bench.close();
});

const pids = () => bench.file("pids").split("\n").filter(Boolean).map(Number);
const escaped = () => waitFor(() => (pids().length > 0 ? pids() : null), { what: "the escaped process" });

describe("a stopped trial leaves no process behind that", () => {
  test.each(Object.entries(ESCAPES))("%s", async (_what, slip) => {
    const execution = await bench.start(["sh", "-c", lasting(slip)]);
    const [pid] = await escaped();
    expect(isRunning(pid!)).toBe(true);
    execution.stop(300);
    await execution.done;
    expect(isRunning(pid!)).toBe(false);
    expect(readdirSync(join(bench.directory, "state", "processes"))).toEqual([]);
  });
});

test("a stopped trial of many processes that ignore TERM leaves none behind", async () => {
  const ignore = `trap '' TERM; for i in $(seq 30); do sleep 600 & setsid sleep 600 & done; echo ready; wait; wait`;
  const execution = await bench.start(["sh", "-c", `${ignore}; sleep 600`]);
  await waitFor(() => bench.output().includes("ready"));
  const [marker] = /FETTLE_ATTEMPT_MARKER=[^\0]+/.exec(readOrEmpty(`/proc/${recordedPid()}/environ`))!;
  expect(withEnvironment(marker)).toBeGreaterThan(30);
  execution.stop(100);
  expect(await execution.done).toMatchObject({ outcome: "stopped", signal: "SIGKILL" });
  expect(withEnvironment(marker)).toBe(0);
});

describe("a trial that ended by itself", () => {
  test.each(Object.entries(ESCAPES))(
    "leaves no process behind that %s, and is over at once",
    async (_what, slip) => {
      const began = performance.now();
      const code = `${slip} while [ ! -s pids ]; do sleep 0.02; done; echo done`;
      const result = await bench.run(["sh", "-c", code]);
      expect(result).toMatchObject({ outcome: "completed" });
      expect(bench.output()).toContain("done");
      expect(isRunning(pids()[0]!)).toBe(false);
      expect(performance.now() - began).toBeLessThan(5000);
    },
  );

  test("waits at most some seconds for output that an unreachable daemon holds open", async () => {
    // Without its environment and its group nothing tells whose it is; the trial ends all the same.
    const daemon = `setsid env -i sh -c 'echo $$ >> pids; exec sleep 30' & while [ ! -s pids ]; do sleep 0.02; done`;
    const began = performance.now();
    expect(await bench.run(["sh", "-c", daemon])).toMatchObject({ outcome: "completed" });
    expect(performance.now() - began).toBeLessThan(6500);
    process.kill(pids()[0]!, "SIGKILL");
  });

  test("a child of a launcher has the whole grace to save its work", async () => {
    const launcher = `sh -c 'trap "sleep 0.3; echo saved; exit" TERM; echo $$ >> pids; while :; do sleep 0.05; done' & trap "exit 0" TERM; wait`;
    const execution = await bench.start(["sh", "-c", launcher]);
    await escaped();
    execution.stop(10_000);
    await execution.done;
    expect(bench.output()).toContain("saved\n");
  });
});

describe("an agent killed with SIGKILL", () => {
  const startAgent = (code: string) => {
    const agent = spawn(
      process.execPath,
      ["--import", "tsx", DOOMED_AGENT, bench.directory, "sh", "-c", code],
      {
        stdio: "ignore",
      },
    );
    agents.push(agent);
    return agent;
  };

  test.each(Object.entries(ESCAPES))("takes with it a process that %s", async (_what, slip) => {
    const agent = startAgent(lasting(slip));
    const [pid] = await escaped();
    agent.kill("SIGKILL");
    await waitFor(() => !isRunning(pid!), { what: "the end of the trial's process", timeoutMs: 2000 });
  });

  test("whose watch died too leaves a record by which the next agent finds the rest", async () => {
    const agent = startAgent(lasting(ESCAPES["started a session of its own and holds stdout"]));
    const [pid] = await escaped();
    const records = join(bench.directory, "processes");
    await waitFor(() => existsSync(records) && readdirSync(records).length > 0, { what: "the record" });
    const watch = childrenOf(agent.pid!).find(({ command }) => command.includes("fettle-death-watch"));
    process.kill(watch!.pid, "SIGKILL");
    agent.kill("SIGKILL");
    await waitFor(() => !isRunning(agent.pid!));
    expect(isRunning(pid!)).toBe(true);
    expect(await sweepLeftovers(bench.directory)).toBeGreaterThan(0);
    expect(isRunning(pid!)).toBe(false);
    expect(await sweepLeftovers(bench.directory)).toBe(0);
  });
});

describe("the sweep", () => {
  test("spares a process that has only the number of an old one", async () => {
    const bystander = spawn("sleep", ["60"], { detached: true });
    writeRecord({ pid: bystander.pid!, startTime: "1" });
    expect(await sweepLeftovers(bench.directory)).toBe(0);
    expect(isRunning(bystander.pid!)).toBe(true);
    bystander.kill("SIGKILL");
  });

  test("passes over damaged records", async () => {
    mkdirSync(join(bench.directory, "processes"), { recursive: true });
    for (const [index, text] of ["", "{", "[1]", '{"pid":1}', '{"pid":-1,"marker":""}'].entries()) {
      writeFileSync(join(bench.directory, "processes", `${index}.json`), text);
    }
    expect(await sweepLeftovers(bench.directory)).toBe(0);
    expect(readdirSync(join(bench.directory, "processes"))).toEqual([]);
  });

  function writeRecord(record: { pid: number; startTime: string }) {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    mkdirSync(join(bench.directory, "processes"), { recursive: true });
    const text = JSON.stringify({ ...record, boot, marker: "0123456789abcdef.nobody" });
    writeFileSync(join(bench.directory, "processes", `${record.pid}.json`), text);
  }
});

function recordedPid(): string {
  const [record] = readdirSync(join(bench.directory, "state", "processes"));
  return record!.replace(".json", "");
}

/** How many processes were started with `variable=value`. */
function withEnvironment(setting: string): number {
  return readdirSync("/proc").filter((name) => readOrEmpty(`/proc/${name}/environ`).includes(setting)).length;
}

function childrenOf(parent: number): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const read = (file: string) => readOrEmpty(`/proc/${name}/${file}`);
      const stat = read("stat");
      const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return ppid === parent ? [{ pid: Number(name), command: read("cmdline") }] : [];
    });
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
