import type { StudyResource } from "../../core/resources.ts";
import type { Http } from "../service/http.ts";
import { getStudy, suggestPath, trialsPath } from "../service/study.ts";

/**
 * Runs trials of a study as external workers do: asked for, reported, ended. `perSecond` of them end each second, evenly, for
 * `seconds`. Returns how many did.
 */
export async function finishTrials(
  http: Http,
  study: string,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<number> {
  const total = perSecond * seconds;
  const held = new Holding(http, study);
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (let n = 0; n < total; n++) {
    const early = started + (n / perSecond) * 1000 - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    pending.push(held.next().then((trial) => finish(http, study, trial)));
  }
  await Promise.all(pending);
  return total;
}

/** Trials that were asked for ahead of need. */
class Holding {
  private readonly trials: number[] = [];
  private asking: Promise<void> | null = null;
  private readonly http: Http;
  private readonly study: string;

  constructor(http: Http, study: string) {
    this.http = http;
    this.study = study;
  }

  async next(): Promise<number> {
    for (;;) {
      const trial = this.trials.shift();
      if (trial !== undefined) return trial;
      this.asking ??= this.ask().finally(() => {
        this.asking = null;
      });
      await this.asking;
    }
  }

  private async ask(): Promise<void> {
    const body = { workerId: `bench-${crypto.randomUUID().slice(0, 8)}`, count: 32, waitSeconds: 5 };
    const { assignments } = await this.http.call<{ assignments: { trial: number }[] }>(
      "POST",
      suggestPath(this.study),
      body,
    );
    this.trials.push(...assignments.map(({ trial }) => trial));
  }
}

async function finish(http: Http, study: string, trial: number): Promise<void> {
  const value = 0.1 + 0.2 * Math.abs(Math.sin(trial));
  await http.call("POST", `${trialsPath(study, trial)}/metrics`, {
    points: [{ name: "val_loss", step: 1, value }],
  });
  await http.call("POST", `${trialsPath(study, trial)}/complete`, {});
}

/** Waits until the scheduler has decided upon all that was reported. */
export async function untilSettled(http: Http, study: string, ended: number): Promise<StudyResource> {
  for (;;) {
    const resource = await getStudy(http, study);
    const { completed, pruned, failed } = resource.counts;
    if (completed + pruned + failed >= ended) return resource;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
