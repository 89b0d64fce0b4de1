import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Client } from "../cli/client.ts";
import { loadConfig } from "../cli/config.ts";
import { followStudy } from "../cli/follow-study.ts";
import { shortNumber } from "../cli/numbers.ts";
import { readPages } from "../cli/pages.ts";
import { studiesPath, studyPath } from "../cli/paths.ts";
import { withScratchService } from "../cli/scratch-service.ts";
import { onStopSignals } from "../cli/stop-signal.ts";
import { loadStudyFile } from "../cli/study-file.ts";
import type { EventResource, StudyResource } from "../core/resources.ts";
import type { Savings } from "../core/savings.ts";

/**
 * npm run example -- <folder of examples/>
 *
 * Runs its study with real processes in a scratch directory. Where there is a full.yaml beside the study.yaml, that one
 * runs too, and the two are compared.
 */

const PROJECT = "default";
const examples = new URL("../examples/", import.meta.url);

interface Outcome {
  study: StudyResource;
  /** Reported by all attempts: what was trained in all. */
  epochs: number;
  pauses: number;
  promotions: number;
  savings: Savings;
}

async function main(name: string | undefined): Promise<void> {
  const known = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (!known.some((entry) => entry.name === name)) {
    const names = known.map((entry) => entry.name).join(", ");
    throw new Error(`Name an example: npm run example -- <${names}>`);
  }
  const files = ["study.yaml", "full.yaml"]
    .map((file) => fileURLToPath(new URL(`${name}/${file}`, examples)))
    .filter((path) => existsSync(path));
  const interrupted = new AbortController();
  const release = onStopSignals([() => interrupted.abort()]);
  const io = { out: process.stdout, err: process.stderr, env: process.env, cwd: process.cwd() };
  const { config } = loadConfig({ flags: {}, env: process.env });
  const outcomes = await withScratchService(
    { config, io, name: "example", slots: 2, keep: false },
    async (client) => {
      const done: Outcome[] = [];
      for (const file of files) {
        if (!interrupted.signal.aborted) done.push(await runFile(client, file, interrupted.signal));
      }
      return done;
    },
  );
  release();
  for (const outcome of outcomes) process.stdout.write(described(outcome));
  if (outcomes.length === 2) process.stdout.write(compared(outcomes[0]!, outcomes[1]!));
}

async function runFile(client: Client, file: string, signal: AbortSignal): Promise<Outcome> {
  const { study: written } = await loadStudyFile(file);
  const { name, spec } = await client.post<StudyResource>(studiesPath(PROJECT), written);
  process.stderr.write(`${name}: ${spec.budget.maxTrials} trials, ${spec.parallelism} at a time …\n`);
  const study = await followStudy({ client, project: PROJECT, study: name, signal, details: false });
  const path = studyPath(PROJECT, name);
  const { items } = await readPages<EventResource>(client, `${path}/events`, {
    query: { type: "trial.observed,trial.paused,trial.promoted" },
    limit: Number.POSITIVE_INFINITY,
  });
  const ofType = (type: string) => items.filter((event) => event.type === type);
  const metric = study.spec.objectives[0]!.metric;
  const points = ofType("trial.observed").flatMap(({ data }) => data.points as { name: string }[]);
  return {
    study,
    epochs: points.filter((point) => point.name === metric).length,
    pauses: ofType("trial.paused").length,
    promotions: ofType("trial.promoted").length,
    savings: await client.get<Savings>(`${path}/savings`),
  };
}

function described({ study, epochs, pauses, promotions, savings }: Outcome): string {
  const moves = pauses === 0 ? "" : `, ${pauses} pauses, ${promotions} promotions from checkpoints`;
  return `${study.name}: ${study.created} trials, ${epochs} epochs${moves}, best ${bestOf(study)}. ${savings.text}\n`;
}

/** @param part the study whose trials are trained in part. */
function compared(part: Outcome, full: Outcome): string {
  const share = Math.round((100 * part.epochs) / full.epochs);
  return `${share} % of the full study's epochs; best ${bestOf(part.study)} against ${bestOf(full.study)}.\n`;
}

function bestOf({ best }: StudyResource): string {
  return shortNumber(best?.values[0]);
}

await main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
