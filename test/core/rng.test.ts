import { describe, expect, test } from "vitest";
import { studyRng, trialRng, trialSeed, uniformInt } from "../../core/rng.ts";

describe("the randomness of a study", () => {
  // Replays and `fettle study verify` rest on this stream: an upgrade that changes it must not pass unseen.
  test("is Alea's stream of (study seed, trial number, purpose), for good", () => {
    const rng = trialRng(42, 7, "suggest");
    expect([rng(), rng(), rng()]).toEqual([0.26167556741952036, 0.5111696063126763, 0.4640620181532319]);
  });

  test("differs between trials, purposes and studies, and is the same when derived again", () => {
    const first = [
      trialRng(42, 7, "suggest"),
      trialRng(42, 8, "suggest"),
      trialRng(42, 7, "seed"),
      trialRng(43, 7, "suggest"),
      studyRng(42, "scramble"),
    ].map((rng) => rng());
    expect(new Set(first).size).toBe(first.length);
    expect(trialRng(42, 7, "suggest")()).toBe(first[0]);
  });

  test("gives each trial a seed that 32-bit generators accept", () => {
    for (let trial = 0; trial < 1000; trial++) {
      const seed = trialSeed(42, trial);
      expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31).toBe(true);
      expect(trialSeed(42, trial)).toBe(seed);
    }
  });

  test("spreads integers over the whole range", () => {
    const rng = studyRng(1, "die");
    const counts = new Array(6).fill(0);
    for (let roll = 0; roll < 6000; roll++) counts[uniformInt(rng, 6)]++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
