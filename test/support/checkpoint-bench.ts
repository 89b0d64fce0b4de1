import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import { type Checkpoints, createCheckpoints } from "../../agents/checkpoints.ts";
import type { UploadPart } from "../../agents/client.ts";
import { createTrialDir, trialDir } from "../../agents/trial-dirs.ts";
import type { checkpointSchema } from "../../core/fidelity.ts";
import { type Assignment, assignmentSpecSchema, type CheckpointSource } from "../../core/protocol.ts";
import { FAST } from "./protocol-server.ts";

/** One host's checkpoints on a disk of its own, with a server that is a map of archives. */
export interface CheckpointBench {
  stateDir: string;
  checkpoints: Checkpoints;
  /** What was said, to the agent's log or the trial's. */
  said: string[];
  /** Archives by trial id; what is put there can be read. */
  archives: Map<string, Buffer>;
  /** Prepares the attempt's directory, and returns its path. */
  prepare(assignment: Assignment): Promise<string>;
  /** As after the attempt's processes: measured, told. */
  end(assignment: Assignment): ReturnType<Checkpoints["measure"]>;
  /** Decides what the next parts meet. */
  setFault(fault: ((part: UploadPart) => void) | null): void;
  close(): Promise<void>;
}

export const STUDY_ID = randomUUID();

export function openCheckpointBench(name = "gpu-1", archives = new Map<string, Buffer>()): CheckpointBench {
  const stateDir = mkdtempSync(join(tmpdir(), "fettle-checkpoints-"));
  mkdirSync(join(stateDir, "spool"));
  const said: string[] = [];
  let fault: ((part: UploadPart) => void) | null = null;
  const say = (message: string) => void said.push(message);
  const checkpoints = createCheckpoints({
    stateDir,
    agentName: name,
    spoolDirectory: join(stateDir, "spool"),
    randomness: () => 0.1,
    intervals: () => FAST,
    say,
    async send({ trialId }, { offset, bytes }) {
      fault?.({ offset, bytes, last: false });
      const known = archives.get(trialId) ?? Buffer.alloc(0);
      archives.set(trialId, Buffer.concat([known.subarray(0, offset), bytes]));
      return offset + bytes.length;
    },
  });
  return {
    stateDir,
    checkpoints,
    said,
    archives,
    async prepare(assignment) {
      await createTrialDir(stateDir, assignment.trialId);
      return checkpoints.prepare(assignment, {
        // Small parts, so that an archive has several.
        read: async ({ trialId }, offset) =>
          (archives.get(trialId) ?? Buffer.alloc(0)).subarray(offset, offset + 100),
        cancelled: () => false,
        say,
      });
    },
    async end(assignment) {
      const kept = await checkpoints.measure(assignment);
      if (kept !== undefined) await checkpoints.told(assignment, kept, say);
      return kept;
    },
    setFault(changed) {
      fault = changed;
    },
    async close() {
      await checkpoints.end(0);
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

export function assignmentOf(
  overrides: Partial<Assignment> = {},
  checkpoint: z.input<typeof checkpointSchema> = {},
): Assignment {
  return {
    studyId: STUDY_ID,
    study: "s",
    project: "default",
    trialId: randomUUID(),
    trial: 0,
    attempt: 1,
    params: {},
    seed: 1,
    budget: null,
    from: null,
    token: "t",
    spec: assignmentSpecSchema.parse({
      command: ["true"],
      parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
      objectives: [{ metric: "loss", goal: "minimize" }],
      fidelity: { max: 9, checkpoint },
    }),
    ...overrides,
  };
}

/** The checkpoint that this attempt left on this agent. */
export function sourceFrom(
  assignment: Assignment,
  agent: string | null,
  archiveBytes: number | null = null,
): CheckpointSource {
  const { trialId, trial, attempt } = assignment;
  return { trialId, trial, attempt, step: 9, bytes: 1, agent, shared: false, archiveBytes };
}

/** Files of a directory with what is in them, by path. */
export function contents(directory: string): Record<string, string> {
  if (!existsSync(directory)) return {};
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(directory.length + 1), readFileSync(path, "utf8")];
    }),
  );
}

export function write(directory: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

/** Where the trial's own checkpoint lies on that host. */
export function checkpointsOn(
  { stateDir }: CheckpointBench,
  { trialId }: Pick<Assignment, "trialId">,
): string {
  return join(trialDir(stateDir, trialId), "checkpoints");
}
