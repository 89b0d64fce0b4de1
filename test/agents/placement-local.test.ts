import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPlacement, type Reservation } from "../../agents/placement-local.ts";
import { type Gpu, type Resources, resourcesSchema } from "../../core/placement.ts";

function gpu(index: number, overrides: Partial<Gpu> = {}): Gpu {
  return {
    index,
    uuid: `GPU-${index}`,
    name: "A100",
    memoryMb: 80_000,
    free: 1,
    freeMemoryMb: 80_000,
    ...overrides,
  };
}
const need = (resources: Partial<Resources>): Resources => resourcesSchema.parse({ cpus: 0, ...resources });

describe("placement on a host", () => {
  const host = (gpus: Gpu[]) => createPlacement({ gpus, cpus: 8, memoryMb: 16_000 });

  test("shares fill one GPU before the next, and whole ones stay whole", () => {
    const placement = host([gpu(0), gpu(1)]);
    const third = need({ gpus: 1 / 3 });
    expect([1, 2, 3, 4].map(() => placement.take(third)!.gpus[0])).toEqual([0, 0, 0, 1]);
    expect(placement.take(need({ gpus: 1 }))).toBeNull();
    expect(placement.free().gpus.map(({ free }) => Math.round(free * 1000) / 1000)).toEqual([0, 0.667]);
  });

  test("what is released is free again, and only once", () => {
    const placement = host([gpu(0)]);
    const first = placement.take(need({ gpus: 0.5, cpus: 3, memoryMb: 1000 }))!;
    const second = placement.take(need({ gpus: 0.5 }))!;
    first.release();
    first.release();
    expect(placement.free()).toMatchObject({
      cpus: 8,
      memoryMb: 16_000,
      gpus: [{ free: 0.5, freeMemoryMb: 40_000 }],
    });
    second.release();
    expect(placement.free().gpus).toEqual([gpu(0)]);
  });

  test("memory that a share asked for is not promised twice", () => {
    const placement = host([gpu(0)]);
    expect(placement.take(need({ gpus: 0.1, gpuMemoryMb: 60_000 }))).not.toBeNull();
    expect(placement.take(need({ gpus: 0.1, gpuMemoryMb: 30_000 }))).toBeNull();
    expect(placement.take(need({ gpus: 0.1, gpuMemoryMb: 20_000 }))).not.toBeNull();
  });

  test.each([{ cpus: 9 }, { memoryMb: 16_001 }, { gpus: 3 }])(
    "what does not fit is refused whole: %j",
    (resources) => {
      const placement = host([gpu(0), gpu(1)]);
      const before = placement.free();
      expect(placement.take(need(resources))).toBeNull();
      expect(placement.free()).toEqual(before);
    },
  );

  test("a GPU is named to CUDA by uuid, or by index where it has none", () => {
    const placement = host([gpu(0), gpu(1, { uuid: "[N/A]" })]);
    expect(placement.take(need({ gpus: 2 }))!.assignment).toEqual({
      devices: ["GPU-0", "1"],
      indices: [0, 1],
      share: 1,
    });
    expect(placement.take(need({ gpus: 0 }))!.assignment).toEqual({ devices: [], indices: [], share: 0 });
    expect(host([]).take(need({ gpus: 0 }))!.assignment).toBeNull();
  });

  test("a GPU that fell off the bus is not handed out, and is whole when it comes back after its trial", () => {
    const placement = host([gpu(0), gpu(1)]);
    const trial = placement.take(need({ gpus: 0.5 }))!;
    placement.update([gpu(1)]);
    expect(placement.take(need({ gpus: 2 }))).toBeNull();
    placement.update([gpu(0), gpu(1)]);
    expect(placement.free().gpus[0]!.free).toBe(0.5);
    trial.release();
    expect(placement.free().gpus).toEqual([gpu(0), gpu(1)]);
  });

  test("a busy GPU stays busy when another falls off the bus and the rest are numbered anew", () => {
    const placement = host([gpu(0), gpu(1)]);
    placement.take(need({ gpus: 1 }));
    placement.take(need({ gpus: 1 }));
    placement.update([gpu(0, { uuid: "GPU-1" })]);
    expect(placement.free().gpus).toMatchObject([{ uuid: "GPU-1", free: 0 }]);
    expect(placement.take(need({ gpus: 0.5 }))).toBeNull();
  });

  test("nothing is ever handed out twice", () => {
    const asks = fc.array(
      fc.record({
        gpus: fc.constantFrom(0, 0.1, 0.25, 1 / 3, 0.5, 1, 2),
        cpus: fc.constantFrom(0, 0.5, 1, 4),
        memoryMb: fc.constantFrom(0, 1000, 9000),
        gpuMemoryMb: fc.constantFrom(undefined, 10_000, 50_000),
        release: fc.nat(5),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(asks, (steps) => {
        const placement = host([gpu(0), gpu(1), gpu(2)]);
        const held: { got: Reservation; resources: Resources }[] = [];
        for (const { release, ...step } of steps) {
          const resources = need(
            Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined)),
          );
          const got = placement.take(resources);
          if (got !== null) held.push({ got, resources });
          if (release === 0) held.shift()?.got.release();
          for (const index of [0, 1, 2]) {
            const users = held.filter((user) => user.got.gpus.includes(index));
            const shares = users.reduce((total, user) => total + Math.min(1, user.resources.gpus), 0);
            const memory = users.reduce(
              (total, user) => total + (user.resources.gpus < 1 ? (user.resources.gpuMemoryMb ?? 0) : 0),
              0,
            );
            expect(shares).toBeLessThanOrEqual(1 + 1e-6);
            expect(memory).toBeLessThanOrEqual(80_000);
          }
          expect(held.reduce((total, user) => total + user.resources.cpus, 0)).toBeLessThanOrEqual(8);
          expect(held.reduce((total, user) => total + user.resources.memoryMb, 0)).toBeLessThanOrEqual(
            16_000,
          );
        }
        for (const { got } of held) got.release();
        expect(placement.free()).toEqual({ gpus: [gpu(0), gpu(1), gpu(2)], cpus: 8, memoryMb: 16_000 });
      }),
    );
  });
});
