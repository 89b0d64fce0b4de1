import fc from "fast-check";
import { expect, test } from "vitest";
import { poolSchema } from "../../core/placement.ts";
import { dispatchQueue } from "../../core/queue.ts";

test("every pool that a study may name has a queue of its own", () => {
  const pool = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
  fc.assert(
    fc.property(pool, pool, (a, b) => {
      expect(poolSchema.safeParse(a).success).toBe(true);
      expect(dispatchQueue(a) === dispatchQueue(b)).toBe(a === b);
      expect(dispatchQueue(a)).not.toContain(":");
    }),
  );
});

test.each(["", "a:b", "Upper", "-a", "a/b", "x".repeat(64)])("the pool name %j has no queue", (pool) => {
  expect(() => dispatchQueue(pool)).toThrow("is not a pool name");
});
