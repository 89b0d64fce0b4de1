import type { Page, StudyResource, TrialResource } from "../../core/resources.ts";
import type { Http } from "./http.ts";

const STUDIES = "/v1/projects/default/studies";

/** A four-parameter study under the random algorithm: the service is measured, not the search. */
export function createStudy(
  http: Http,
  name: string,
  options: { command?: string[]; parallelism: number; maxTrials: number },
) {
  const { command, parallelism, maxTrials } = options;
  return http.call<StudyResource>("POST", STUDIES, {
    name,
    ...(command === undefined ? {} : { command }),
    parameters: [
      { name: "lr", type: "float", low: 1e-5, high: 1, scale: "log" },
      { name: "width", type: "int", low: 8, high: 512 },
      { name: "dropout", type: "float", low: 0, high: 0.9 },
      { name: "optimizer", type: "categorical", choices: ["sgd", "adam", "rmsprop"] },
    ],
    objectives: [{ metric: "loss", goal: "minimize" }],
    algorithm: { name: "random" },
    budget: { maxTrials },
    parallelism,
    seed: 1,
  });
}

export const getStudy = (http: Http, name: string) => http.call<StudyResource>("GET", `${STUDIES}/${name}`);

/** Waits until the study is done. @throws after `timeoutMs`. */
export async function untilDone(http: Http, name: string, timeoutMs: number): Promise<StudyResource> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const study = await getStudy(http, name);
    if (study.state === "done") return study;
    if (performance.now() > deadline)
      throw new Error(`study ${name} was not done within ${timeoutMs} ms: ${JSON.stringify(study.counts)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function allTrials(http: Http, name: string): Promise<TrialResource[]> {
  const trials: TrialResource[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query = cursor === "" ? "limit=1000" : `limit=1000&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<TrialResource> = await http.call("GET", `${STUDIES}/${name}/trials?${query}`);
    trials.push(...page.items);
    cursor = page.nextCursor;
  }
  return trials;
}

export const trialsPath = (name: string, number: number) => `${STUDIES}/${name}/trials/${number}`;
export const suggestPath = (name: string) => `${STUDIES}/${name}/suggest`;
