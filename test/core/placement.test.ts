import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Capacity,
  chooseGpus,
  type Gpu,
  misfit,
  type Resources,
  resourcesSchema,
  take,
} from "../../core/placement.ts";

const need = (resources: Partial<Resources> = {}): Resources => resourcesSchema.parse(resources);

const gpu = (index: number, more: Partial<Gpu> = {}): Gpu => ({
  index,
  uuid: `GPU-${index}`,
  name: "Test GPU",
  memoryMb: 16_000,
  free: 1,
  freeMemoryMb: 16_000,
  ...more,
});

const host = (gpus: Gpu[], more: Partial<Capacity> = {}): Capacity => ({
  pool: "default",
  labels: {},
  gpus,
  cpus: 8,
  memoryMb: 32_000,
  slots: 4,
  ...more,
});

/** Trials one after another, as long as they fit. */
function packed(resources: Resources, capacity: Capacity): { count: number; left: Capacity } {
  let left = capacity;
  let count = 0;
  for (; misfit(resources, left) === null; count++) left = take(resources, left);
  return { count, left };
}

describe("a trial that does not fit", () => {
  test.each<[string, Partial<Resources>, Capacity, RegExp]>([
    ["another pool", { pool: "big" }, host([]), /pool "default", not "big"/],
    ["a label it lacks", { labels: { zone: "a" } }, host([]), /zone=\(none\), zone=a/],
    ["no slot", {}, host([], { slots: 0 }), /no free slot/],
    ["too few cores", { cpus: 9 }, host([]), /8 CPUs free, 9/],
    ["too little memory", { memoryMb: 32_001 }, host([]), /32000 MB of memory free/],
    ["no GPU", { gpus: 1 }, host([]), /no GPU, 1 GPU needed/],
    ["one GPU of two", { gpus: 2 }, host([gpu(0), gpu(1, { free: 0.5 })]), /1 of 2 GPUs .* 2 GPUs needed/],
    ["a small GPU", { gpus: 1, gpuMemoryMb: 20_000 }, host([gpu(0)]), /0 of 1 GPUs .* with 20000 MB/],
    [
      "GPU memory that is taken",
      { gpus: 0.5, gpuMemoryMb: 9000 },
      host([gpu(0, { freeMemoryMb: 8000 })]),
      /0.5 of/,
    ],
    ["GPU memory unknown", { gpus: 1, gpuMemoryMb: 1 }, host([gpu(0, { memoryMb: null })]), /0 of 1/],
  ])("for %s is told why", (_title, resources, capacity, reason) => {
    expect(misfit(need(resources), capacity)).toMatch(reason);
  });
});

describe("the choice of GPUs", () => {
  test("gives a share the fullest GPU that has room", () => {
    const gpus = [gpu(0), gpu(1, { free: 0.25 }), gpu(2, { free: 0.5 }), gpu(3, { free: 0.75 })];
    expect(chooseGpus({ gpus: 0.5 }, gpus)).toEqual([2]);
  });

  test("gives whole GPUs only where nobody else is", () => {
    const gpus = [gpu(0, { free: 0.99 }), gpu(1), gpu(2)];
    expect(chooseGpus({ gpus: 2 }, gpus)).toEqual([1, 2]);
    expect(chooseGpus({ gpus: 3 }, gpus)).toBeNull();
  });

  test("gives the smallest memory that will do", () => {
    const gpus = [
      gpu(0, { memoryMb: 80_000, freeMemoryMb: 80_000 }),
      gpu(1, { memoryMb: 24_000, freeMemoryMb: 24_000 }),
      gpu(2),
    ];
    expect(chooseGpus({ gpus: 1 }, gpus)).toEqual([2]);
    expect(chooseGpus({ gpus: 1, gpuMemoryMb: 20_000 }, gpus)).toEqual([1]);
    expect(chooseGpus({ gpus: 0.5, gpuMemoryMb: 20_000 }, gpus)).toEqual([1]);
  });

  test("gives none where none is asked for", () => {
    expect(chooseGpus({ gpus: 0 }, [gpu(0)])).toEqual([]);
  });
});

describe("what a host has left", () => {
  test.each([
    [1, 1],
    [0.5, 2],
    [1 / 3, 3],
    [0.1, 10],
    [0.3, 3],
  ])("a share of %d fits %d times on a GPU", (gpus, times) => {
    const resources = need({ gpus, cpus: 0 });
    const { count, left } = packed(resources, host([gpu(0)], { slots: 100 }));
    expect(count).toBe(times);
    if (times * gpus > 0.99) expect(left.gpus[0]!.free).toBe(0);
  });

  test("counts GPU memory against shares", () => {
    const { count, left } = packed(need({ gpus: 0.1, gpuMemoryMb: 6000, cpus: 0 }), host([gpu(0)]));
    expect(count).toBe(2);
    expect(left.gpus[0]!.freeMemoryMb).toBe(4000);
  });

  test("never shrinks below zero, and nothing comes back", () => {
    const share = fc.constantFrom(0, 0.1, 0.25, 1 / 3, 0.5, 1, 2);
    const trial = fc.record({
      gpus: share,
      cpus: fc.double({ min: 0, max: 4, noNaN: true }),
      memoryMb: fc.nat(9000),
    });
    fc.assert(
      fc.property(fc.array(trial, { maxLength: 20 }), fc.nat(4), (trials, count) => {
        let left = host(Array.from({ length: count }, (_, index) => gpu(index)));
        for (const trial of trials) {
          const resources = need(trial);
          const fits = misfit(resources, left) === null;
          const next = take(resources, left);
          expect(next.cpus).toBeGreaterThanOrEqual(0);
          expect(next.memoryMb).toBeGreaterThanOrEqual(0);
          for (const [at, after] of next.gpus.entries()) {
            expect(after.free).toBeGreaterThanOrEqual(0);
            expect(after.free).toBeLessThanOrEqual(left.gpus[at]!.free);
          }
          const used = sum(left) - sum(next);
          if (fits) expect(used).toBeCloseTo(resources.gpus, 4);
          if (fits) left = next;
        }
      }),
    );
  });

  test("puts shares together, so that another trial finds a whole GPU", () => {
    const afterTwo = take(need({ gpus: 0.5 }), take(need({ gpus: 0.5 }), host([gpu(0), gpu(1)])));
    expect(misfit(need({ gpus: 1 }), afterTwo)).toBeNull();
  });
});

function sum(capacity: Capacity): number {
  return capacity.gpus.reduce((total, { free }) => total + free, 0);
}

test("resources refuse one and a half GPUs, and default to one core in the default pool", () => {
  expect(resourcesSchema.safeParse({ gpus: 1.5 }).success).toBe(false);
  expect(resourcesSchema.safeParse({ gpus: 2 }).success).toBe(true);
  expect(need()).toEqual({ gpus: 0, cpus: 1, memoryMb: 0, labels: {}, pool: "default" });
});
