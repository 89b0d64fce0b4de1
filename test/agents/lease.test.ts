import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLeases } from "../../agents/lease.ts";
import type { Intervals } from "../../core/protocol.ts";

const INTERVALS: Intervals = {
  leaseMs: 60_000,
  heartbeatMs: 10_000,
  marginMs: 10_000,
  killGraceMs: 20_000,
  graceMs: 15_000,
  pollMs: 25_000,
  flushMs: 1_000,
};
const A = { trialId: "00000000-0000-4000-8000-00000000000a", attempt: 1 };
const B = { trialId: "00000000-0000-4000-8000-00000000000b", attempt: 3 };

function setUp(startMs = 0) {
  const time = { now: startMs };
  return { time, leases: createLeases(() => time.now) };
}

describe("trust windows", () => {
  test("an attempt is trusted until lease - margin after its claim was sent, and not at that moment", () => {
    const { time, leases } = setUp(7_000);
    leases.add(A, 5_000, INTERVALS);
    time.now = 54_999;
    expect(leases.trusted(A)).toBe(true);
    time.now = 55_000;
    expect(leases.trusted(A)).toBe(false);
  });

  test("a slow reply does not stretch the window: it is anchored where the heartbeat was sent", () => {
    const { time, leases } = setUp();
    leases.add(A, 0, INTERVALS);
    time.now = 39_000; // sent at 10 s, answered 29 s later
    leases.renew([A], 10_000, INTERVALS);
    expect(leases.nextExpiry()).toBe(60_000);
  });

  test("a reply that comes after the window has passed renews nothing", () => {
    const { time, leases } = setUp();
    leases.add(A, 0, INTERVALS);
    time.now = 50_000;
    leases.renew([A], 49_000, INTERVALS);
    expect(leases.trusted(A)).toBe(false);
    expect(leases.takeExpired()).toEqual([A]);
    leases.renew([A], 50_000, INTERVALS);
    expect(leases.trusted(A)).toBe(false);
  });

  test("an expired attempt is handed out once, and no heartbeat claims to hold it", () => {
    const { time, leases } = setUp();
    leases.add(A, 0, INTERVALS);
    leases.add(B, 0, INTERVALS);
    time.now = 20_000;
    leases.renew([B], 15_000, INTERVALS);
    time.now = 50_000;
    expect(leases.held()).toEqual([B]);
    expect(leases.takeExpired()).toEqual([A]);
    expect(leases.takeExpired()).toEqual([]);
    expect(leases.nextExpiry()).toBe(65_000);
  });

  test("a shorter lease told by the server counts from the heartbeat that brought it", () => {
    const { leases } = setUp();
    leases.add(A, 0, INTERVALS);
    leases.renew([A], 1_000, { ...INTERVALS, leaseMs: 12_000, marginMs: 2_000 });
    expect(leases.nextExpiry()).toBe(11_000);
  });

  test("a reply to an earlier heartbeat does not move the window back", () => {
    const { leases } = setUp();
    leases.add(A, 0, INTERVALS);
    leases.renew([A], 9_000, INTERVALS);
    leases.renew([A], 4_000, INTERVALS);
    expect(leases.nextExpiry()).toBe(59_000);
  });

  test("a claim resent past its own window is held but untrusted until a heartbeat confirms it", () => {
    const { leases } = setUp(100_000);
    leases.add(A, 0, INTERVALS);
    expect(leases.trusted(A)).toBe(false);
    expect(leases.held()).toEqual([A]);
    expect(leases.takeExpired()).toEqual([]);
    leases.renew([A], 100_000, INTERVALS);
    expect(leases.trusted(A)).toBe(true);
  });

  test("whatever the latencies, a trusted attempt had a heartbeat sent within lease - margin, and lost trust never returns", () => {
    const beat = fc.record({
      gap: fc.integer({ min: 1, max: 40_000 }),
      latency: fc.integer({ min: 0, max: 80_000 }),
    });
    fc.assert(
      fc.property(fc.array(beat, { maxLength: 30 }), (beats) => {
        const { time, leases } = setUp();
        leases.add(A, 0, INTERVALS);
        const sent = [0];
        let everLost = false;
        for (const { gap, latency } of beats) {
          const sentAt = time.now + gap;
          sent.push(sentAt);
          time.now = sentAt + latency;
          everLost ||= !leases.trusted(A);
          leases.renew([A], sentAt, INTERVALS);
          if (everLost) expect(leases.trusted(A)).toBe(false);
          if (leases.trusted(A)) expect(sent.some((at) => time.now - at < 50_000)).toBe(true);
        }
      }),
    );
  });
});
