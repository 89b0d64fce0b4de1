import fc from "fast-check";
import { expect, test } from "vitest";
import { EventQueue } from "../../../benchmarks/fidelity/event-queue.ts";

test("events come by time, those of one time in the order of adding", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 50 }), (times) => {
      const queue = new EventQueue<number>();
      times.forEach((time, index) => {
        queue.add(time, index);
      });
      const taken = times.map(() => queue.take()!);
      expect(queue.take()).toBeNull();
      const sorted = times.map((time, value) => ({ time, value })).sort((a, b) => a.time - b.time);
      expect(taken.map(({ time, value }) => ({ time, value }))).toEqual(sorted);
    }),
    { numRuns: 50 },
  );
});
