import { describe, expect, test } from "vitest";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();
const { claimOne, report, study } = scenario;

describe("reports", () => {
  test("resent points are duplicates, other values of a known step are conflicts, and the first value stays", async () => {
    await study();
    const claimed = await claimOne();
    const points = [
      { name: "loss", step: 1, value: 0.5 },
      { name: "loss", step: 2, value: 0.25 },
    ];
    expect(await report(claimed, points)).toMatchObject({ accepted: 2, duplicates: 0, conflicts: 0 });
    expect(await report(claimed, points)).toMatchObject({ accepted: 0, duplicates: 2, conflicts: 0 });
    expect(await report(claimed, [{ name: "loss", step: 1, value: 9 }])).toMatchObject({
      accepted: 0,
      conflicts: 1,
    });
    const [series] = await scenario.world.store.trialMetrics(claimed.studyId, claimed.trial, {
      maxPoints: 100,
    });
    expect(series?.points.map(({ value }) => value)).toEqual([0.5, 0.25]);
  });

  test("steps count on where none is told, and NaN is kept as what it is", async () => {
    await study();
    const claimed = await claimOne();
    await report(claimed, [
      { name: "loss", value: 1 },
      { name: "loss", value: "NaN" },
    ]);
    await report(claimed, [{ name: "loss", value: 2 }]);
    const [series] = await scenario.world.store.trialMetrics(claimed.studyId, claimed.trial, {
      maxPoints: 100,
    });
    expect(series?.points.map(({ step, value }) => [step, value])).toEqual([
      [1, 1],
      [2, "NaN"],
      [3, 2],
    ]);
  });

  test("without steps are all kept, however many reports come at the same time", async () => {
    await study();
    const claimed = await claimOne();
    const values = Array.from({ length: 12 }, (_, index) => index + 1);
    const replies = await Promise.all(
      values.map((value) =>
        report(claimed, [
          { name: "loss", value },
          { name: "accuracy", value },
        ]),
      ),
    );
    expect(replies.map(({ accepted, conflicts }) => [accepted, conflicts])).toEqual(values.map(() => [2, 0]));
    const series = await scenario.world.store.trialMetrics(claimed.studyId, claimed.trial, {
      maxPoints: 100,
    });
    for (const { points } of series) {
      expect(points.map(({ step }) => step)).toEqual(values);
      expect(points.map(({ value }) => value).sort((a, b) => Number(a) - Number(b))).toEqual(values);
    }
  });

  test("a long series is thinned without losing its spikes", async () => {
    await study();
    const claimed = await claimOne();
    const points = Array.from({ length: 5_000 }, (_, step) => ({
      name: "loss",
      step,
      value: step === 2_345 ? 1e9 : Math.sin(step),
    }));
    await report(claimed, points);
    const [series] = await scenario.world.store.trialMetrics(claimed.studyId, claimed.trial, {
      maxPoints: 200,
    });
    expect(series?.points.length).toBeLessThanOrEqual(200);
    expect(series?.total).toBe(5_000);
    expect(series?.points.some(({ value }) => value === 1e9)).toBe(true);
    expect(series?.points.at(-1)?.step).toBe(4_999);
  });

  test("more than 1000 metric names are refused", async () => {
    await study();
    const claimed = await claimOne();
    const points = Array.from({ length: 1_001 }, (_, index) => ({ name: `m${index}`, step: 1, value: 1 }));
    await expect(report(claimed, points)).rejects.toMatchObject({ code: "limit-exceeded" });
  });
});

describe("logs", () => {
  test("are appended by offset: repeats are skipped, gaps are refused, the cap holds", async () => {
    await study();
    const claimed = await claimOne();
    const append = (offset: number, text: string) =>
      scenario.world.store.appendLog(claimed.trialId, claimed.attempt, offset, Buffer.from(text), 10);
    expect(await append(0, "hello ")).toEqual({ nextOffset: 6 });
    expect(await append(0, "hello ")).toEqual({ nextOffset: 6 });
    expect(await append(3, "lo wor")).toEqual({ nextOffset: 9 });
    await expect(append(20, "x")).rejects.toMatchObject({ code: "conflict" });
    expect(await append(9, "ld and much more")).toEqual({ nextOffset: 10 });
    expect(await append(10, "d and much more")).toEqual({ nextOffset: 25 });
    expect(await append(25, " still")).toEqual({ nextOffset: 31 });
    const slice = await scenario.world.store.readLog(claimed.studyId, claimed.trial, {
      offset: 2,
      maxBytes: 5,
    });
    expect(Buffer.from(slice.bytes).toString()).toBe("llo w");
    const rest = await scenario.world.store.readLog(claimed.studyId, claimed.trial, {
      offset: 7,
      maxBytes: 100,
    });
    expect(Buffer.from(rest.bytes).toString()).toBe("orl");
    expect(rest.end).toBe(false);
  });
});

describe("idempotency keys", () => {
  test("replay the first answer, refuse another request, and are free again after a failure", async () => {
    expect(await scenario.world.store.reserveKey("p", "k", "hash")).toEqual({ type: "new" });
    expect(await scenario.world.store.reserveKey("p", "k", "hash")).toEqual({ type: "busy" });
    await scenario.world.store.releaseKey("p", "k");
    expect(await scenario.world.store.reserveKey("p", "k", "hash")).toEqual({ type: "new" });
    await scenario.world.store.saveResponse("p", "k", 201, { id: 1 });
    expect(await scenario.world.store.reserveKey("p", "k", "hash")).toEqual({
      type: "replay",
      status: 201,
      response: { id: 1 },
    });
    await expect(scenario.world.store.reserveKey("p", "k", "other")).rejects.toMatchObject({
      code: "idempotency-mismatch",
    });
    expect(await scenario.world.store.reserveKey("q", "k", "other")).toEqual({ type: "new" });
  });

  test("are never given anew when their first request left no answer, for it may have done its work", async () => {
    const { store, sql } = scenario.world;
    expect(await store.reserveKey("p", "left", "hash")).toEqual({ type: "new" });
    await sql`update idempotency set created_at = created_at - interval '61 seconds' where key = 'left'`;
    expect(await store.reserveKey("p", "left", "hash")).toEqual({ type: "abandoned" });
    expect(await store.reserveKey("p", "left", "hash")).toEqual({ type: "abandoned" });
  });
});
