import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { AuthConfig } from "../../api/services.ts";
import type { StudyResource } from "../../core/resources.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { openWorkshop } from "./agents.ts";
import { type Answer, type ApiOptions, startApi, type TestApi } from "./api.ts";
import { builtDashboard } from "./browser-build.ts";
import { freePort } from "./free-port.ts";
import { startService, type TestService } from "./service.ts";
import { waitFor } from "./wait-for.ts";

/** The whole service with its dashboard, listening; its API can go away and come back at the same address. */
export interface Dashboard {
  url: string;
  call: TestApi["call"];
  /** Posts, and expects it to be taken. */
  post(path: string, body?: unknown): Promise<Answer>;
  /** Creates a study in the default project, and returns it. */
  study(spec: StudySpecInput): Promise<StudyResource>;
  /** Works on a study as an external worker does, until it gives no more trials. Returns how many were run. */
  work(study: string, train: Training): Promise<number>;
  /** A host that runs commands, from now on. */
  agent(name: string, slots?: number): void;
  untilDone(study: string): Promise<StudyResource>;
  /** The API leaves; the database and the scheduler stay. */
  stopApi(): Promise<void>;
  startApi(auth?: AuthConfig): Promise<void>;
  close(): Promise<void>;
}

/** Values of the metrics at steps 1, 2, …; an error fails the trial with its message. */
export type Training = (params: Record<string, never>, trial: number) => Record<string, number>[] | Error;

export const STUDIES = "/v1/projects/default/studies";

export async function startDashboard(options: Pick<ApiOptions, "auth"> = {}): Promise<Dashboard> {
  const web = await builtDashboard();
  const service = await startService({ ...options, web });
  const port = await freePort();
  const workshop = openWorkshop();
  let api: TestApi = service;
  await api.app.listen({ host: "127.0.0.1", port });
  const url = `http://127.0.0.1:${port}`;
  const call: TestApi["call"] = (...request) => api.call(...request);
  const post: Dashboard["post"] = async (path, body) => {
    const answer = await call("POST", path, body ?? {});
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  return {
    url,
    call,
    post,
    study: async (spec) => (await post(STUDIES, spec)).body,
    work: (study, train) => workOn(post, study, train),
    agent(name, slots = 2) {
      workshop.agent({ url } as Parameters<typeof workshop.agent>[0], {
        name,
        slots,
        randomness: Math.random,
      });
    },
    untilDone: (study) => untilDone(call, study),
    stopApi: () => api.app.close(),
    async startApi(auth) {
      api = await startApi({ ...options, ...(auth === undefined ? {} : { auth }), ...partsOf(service), web });
      await api.app.listen({ host: "127.0.0.1", port });
    },
    async close() {
      await workshop.close();
      await api.app.close();
      await service.close();
    },
  };
}

const partsOf = ({ store, queue }: TestService) => ({ store, queue });

async function untilDone(call: TestApi["call"], study: string): Promise<StudyResource> {
  const read = async () => {
    const { body } = await call("GET", `${STUDIES}/${study}`);
    return body.state === "done" ? (body as StudyResource) : null;
  };
  return waitFor(read, { timeoutMs: 60_000, what: `the end of study ${study}`, everyMs: 50 });
}

async function workOn(post: Dashboard["post"], study: string, train: Training): Promise<number> {
  for (let trials = 0; ; ) {
    const request = { workerId: "test", count: 8, waitSeconds: 5 };
    const { assignments, done } = (await post(`${STUDIES}/${study}/suggest`, request)).body;
    for (const { trial, params, budget } of assignments) {
      await runTrial(post, `${STUDIES}/${study}/trials/${trial}`, train(params, trial), budget);
      trials++;
    }
    if (done) return trials;
  }
}

/** Reports step by step, as far as the trial's budget allows, and ends when it is told to. */
async function runTrial(
  post: Dashboard["post"],
  path: string,
  training: Record<string, number>[] | Error,
  budget: number | null,
): Promise<void> {
  if (training instanceof Error) {
    await post(`${path}/complete`, { state: "failed", reason: training.message });
    return;
  }
  for (const [index, metrics] of training.slice(0, budget ?? training.length).entries()) {
    const points = Object.entries(metrics).map(([name, value]) => ({ name, step: index + 1, value }));
    const { shouldStop } = (await post(`${path}/metrics`, { points })).body;
    if (shouldStop) {
      await post(`${path}/complete`, { state: "stopped" });
      return;
    }
  }
  await post(`${path}/complete`);
}

/** The example of that name with fewer trials. */
export function exampleStudy(name: "digits" | "digits-hyperband", maxTrials: number): StudySpecInput {
  const folder = resolve("examples", name);
  const spec = parse(readFileSync(`${folder}/study.yaml`, "utf8"));
  return { ...spec, workingDirectory: resolve(folder, spec.workingDirectory), budget: { maxTrials } };
}
