import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Agent, type AgentOptions, startAgent } from "../../agents/index.ts";
import { studyRng } from "../../core/rng.ts";
import { recordingLog } from "./log.ts";
import type { ProtocolServer } from "./protocol-server.ts";

/** Agents, training scripts and their ledgers for tests; everything lives in one scratch directory. */

const TRAIN = fileURLToPath(new URL("../fixtures/agents/train.mjs", import.meta.url));
const AGENT_PROCESS = fileURLToPath(new URL("./agent-process.ts", import.meta.url));

export interface Workshop {
  directory: string;
  /** An agent in this process. */
  agent(server: ProtocolServer, overrides?: Partial<AgentOptions>): Agent;
  /** An agent as a process of its own. */
  agentProcess(server: ProtocolServer, name?: string, stateDir?: string): ChildProcess;
  /** A specification that runs the training script; `environment` as in train.mjs. */
  study(environment?: Record<string, string>): TrainingStudy;
  /** What the agents said, as "level: message". */
  said: readonly string[];
  /** Ends everything that was started here. */
  close(): Promise<void>;
}

export interface LedgerEntry {
  pid: number;
  at: number;
  step?: number;
  signal?: string;
  finished?: boolean;
}

export interface TrainingStudy {
  spec: {
    command: string[];
    environment: Record<string, string>;
    parameters: { name: string; type: "fixed"; value: number }[];
    objectives: { metric: string; goal: "minimize" }[];
    limits: { stopGraceSeconds: number };
  };
  ledger(): LedgerEntry[];
  /** Processes of the script that are alive. */
  alive(): number[];
}

export function openWorkshop(): Workshop {
  const directory = mkdtempSync(join(tmpdir(), "fettle-agent-"));
  const log = recordingLog();
  const agents: Agent[] = [];
  const processes: ChildProcess[] = [];
  const studies: TrainingStudy[] = [];
  let made = 0;
  return {
    directory,
    said: log.lines,
    agent(server, overrides = {}) {
      const agent = startAgent({
        url: server.url,
        name: "host",
        pool: "default",
        labels: {},
        slots: 2,
        cpus: 2,
        memoryMb: 1000,
        stateDir: join(directory, `state-${++made}`),
        clock: () => performance.now(),
        randomness: studyRng(made, "agent"),
        log,
        ...overrides,
      });
      agents.push(agent);
      return agent;
    },
    agentProcess(server, name = "host", stateDir = join(directory, `state-${++made}`)) {
      const child = spawn(process.execPath, ["--import", "tsx", AGENT_PROCESS, server.url, name, stateDir], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      child.stderr?.on("data", (bytes: Buffer) => log.info({}, bytes.toString()));
      processes.push(child);
      return child;
    },
    study(environment = {}) {
      const ledger = join(directory, `ledger-${++made}.jsonl`);
      const study = trainingStudy(ledger, environment);
      studies.push(study);
      return study;
    },
    async close() {
      for (const child of processes) if (child.exitCode === null) child.kill("SIGKILL");
      for (const agent of agents) agent.stop();
      await Promise.allSettled(agents.map((agent) => agent.done));
      for (const pid of studies.flatMap((study) => study.alive())) process.kill(pid, "SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function trainingStudy(ledger: string, environment: Record<string, string>): TrainingStudy {
  const read = (): LedgerEntry[] =>
    existsSync(ledger)
      ? readFileSync(ledger, "utf8")
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line) as LedgerEntry)
      : [];
  return {
    spec: {
      command: [process.execPath, TRAIN],
      environment: { LEDGER: ledger, ...environment },
      parameters: [{ name: "epochs", type: "fixed", value: 1 }],
      objectives: [{ metric: "loss", goal: "minimize" }],
      limits: { stopGraceSeconds: 1 },
    },
    ledger: read,
    alive: () => [...new Set(read().map(({ pid }) => pid))].filter(isAlive),
  };
}

/** A zombie whose parent has not reaped it is dead, too. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
}
