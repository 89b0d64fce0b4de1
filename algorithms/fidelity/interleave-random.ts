import type { Suggestion } from "../../core/algorithm.ts";
import { random } from "../random.ts";
import type { CreateSampler } from "./teller.ts";

/**
 * The same sampler with a share of its points drawn at random: whatever its model believes, each region goes on being
 * tried, and no worse than random search by more than the share (Falkner et al. 2018, section 4).
 *
 * @param share in [0, 1); 0: the sampler itself.
 */
export function interleaveRandom(createSampler: CreateSampler, share: number): CreateSampler {
  if (share === 0) return createSampler;
  return (problem) => {
    const sampler = createSampler(problem);
    const independent = random.create(problem, { repeats: false });
    return {
      observe(event) {
        sampler.observe(event);
        independent.observe(event);
      },
      suggest: (rng) => (rng() < share ? explained(independent.suggest(rng), share) : sampler.suggest(rng)),
    };
  };
}

function explained(suggestion: Suggestion, share: number): Suggestion {
  if (suggestion.type !== "start") return suggestion;
  const text = `A random point, as ${(100 * share).toFixed(0)} % of them are: a model of short trainings may settle too early.`;
  return { ...suggestion, why: { rule: "random", inputs: { share }, text } };
}
