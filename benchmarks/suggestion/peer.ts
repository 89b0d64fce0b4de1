import { findPeer } from "../peers/index.ts";
import { startPeer } from "../peers/peer-process.ts";
import { quantile } from "../report.ts";
import { bowlOf, historyOf, lossOf, paramsOf } from "./history.ts";
import type { Timing } from "./measure.ts";

/**
 * The same as `measure` for a peer, by its own clock: a suggestion, with what it did when it was told the result before.
 * @throws Error when its environment is not set up.
 */
export async function measurePeer(options: {
  peer: string;
  dimensions: number;
  trials: number;
  suggestions: number;
  seconds: number;
  seed: number;
}): Promise<Timing> {
  const { peer, dimensions, trials, suggestions, seconds, seed } = options;
  const history = historyOf(dimensions, trials, seed);
  const process = startPeer(findPeer(peer));
  try {
    const start = history.map(({ point }) => paramsOf(point));
    const study = { seed, trials: trials + suggestions + 1, workers: 1, start };
    const tuner = await process.open(bowlOf(dimensions), study);
    const step = async (loss: (params: number[]) => number) => {
      const { id, params } = (await tuner.ask())!;
      await tuner.tell(id, [loss(Object.values(params) as number[])]);
    };
    for (const { loss } of history) await step(() => loss);
    const end = performance.now() + 1000 * seconds;
    for (let k = 0; k <= suggestions && (k < 2 || performance.now() < end); k++)
      await step((point) => lossOf(point, trials + k, seed));
    const milliseconds = tuner.askSeconds.map((time) => 1000 * time);
    const [firstMs, ...later] = milliseconds.slice(trials);
    const replayMs = milliseconds.slice(0, trials).reduce((sum, time) => sum + time, 0);
    const p50Ms = quantile(later, 0.5);
    return { trials, replayMs, firstMs: firstMs!, p50Ms, p95Ms: quantile(later, 0.95), wallMs: p50Ms };
  } finally {
    process.kill();
  }
}
