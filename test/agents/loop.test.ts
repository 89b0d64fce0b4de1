import { randomUUID } from "node:crypto";
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openWorkshop, type Workshop } from "../support/agents.ts";
import { type ProtocolServer, type ServedAttempt, startProtocolServer } from "../support/protocol-server.ts";
import { waitFor } from "../support/wait-for.ts";

let server: ProtocolServer;
let workshop: Workshop;
beforeEach(async () => {
  server = await startProtocolServer();
  workshop = openWorkshop();
});
afterEach(async () => {
  await workshop.close();
  await server.close();
  expect(server.violations).toEqual([]);
});

const result = (trialId: string) =>
  waitFor(() => server.attemptsOf(trialId).find((attempt) => attempt.result !== null), {
    what: "a result",
    timeoutMs: 15_000,
  });
const losses = (attempt: ServedAttempt) =>
  attempt.points.filter(({ name }) => name === "loss").map(({ value }) => value);
const expectedLosses = (steps: number) => Array.from({ length: steps }, (_, index) => 1 / (index + 1));

describe("one trial", () => {
  test("its metrics, log and result reach the server, each once", async () => {
    workshop.agent(server);
    const study = workshop.study({ STEPS: "5" });
    const attempt = await result(server.enqueue(study.spec));
    expect(attempt.result).toMatchObject({
      outcome: "completed",
      failureClass: null,
      exitCode: 0,
      seenMetrics: ["loss"],
    });
    expect(attempt.resultsRecorded).toBe(1);
    expect(losses(attempt)).toEqual(expectedLosses(5));
    expect(attempt.conflicts).toBe(0);
    expect(attempt.log.toString()).toBe(
      expectedLosses(5)
        .map((loss) => `loss=${loss}\n`)
        .join(""),
    );
    expect(study.ledger().filter(({ finished }) => finished)).toHaveLength(1);
  });

  test("a metric that never appears is named with those that did, and with what was meant", async () => {
    workshop.agent(server);
    const { spec } = workshop.study({ METRIC: "val_los" });
    const attempt = await result(
      server.enqueue({ ...spec, objectives: [{ metric: "val_loss", goal: "minimize" }] }),
    );
    expect(attempt.result).toMatchObject({
      message: "metric `val_loss` never seen; saw: val_los. Did you mean `val_los`?",
      seenMetrics: ["val_los"],
    });
  });

  test("a command that does not exist fails, and the next trial runs", async () => {
    workshop.agent(server);
    const bad = server.enqueue({ ...workshop.study().spec, command: ["/no/such/program"] });
    const good = server.enqueue(workshop.study().spec);
    expect((await result(bad)).result).toMatchObject({
      outcome: "failed",
      failureClass: "command-not-found",
    });
    expect((await result(good)).result).toMatchObject({ outcome: "completed" });
  });

  test("its script is told where the server is, and its own token", async () => {
    workshop.agent(server);
    const script = "console.log(process.env.FETTLE_URL, process.env.FETTLE_TOKEN)";
    const { spec } = workshop.study();
    const attempt = await result(server.enqueue({ ...spec, command: [process.execPath, "-e", script] }));
    expect(attempt.log.toString()).toBe(`${server.url} attempt-token\n`);
  });

  test("values in its result file count as its metrics' last points", async () => {
    workshop.agent(server);
    const script = `console.log("loss=3"); console.log("loss=2");
      require("fs").writeFileSync(process.env.FETTLE_RESULT_FILE, '{"metrics":{"loss":1,"accuracy":"NaN"}}')`;
    const { spec } = workshop.study();
    const attempt = await result(server.enqueue({ ...spec, command: [process.execPath, "-e", script] }));
    expect(attempt.points).toEqual([
      { name: "loss", step: 1, value: 3 },
      { name: "loss", step: 2, value: 2 },
      { name: "loss", step: 3, value: 1 },
      { name: "accuracy", step: 1, value: "NaN" },
    ]);
    expect(attempt.result).toMatchObject({ outcome: "completed", message: null });
  });

  test("whose log finds the disk full fails for that, and the agent goes on", async () => {
    const stateDir = join(workshop.directory, "full");
    workshop.agent(server, { stateDir });
    await waitFor(() => server.agents.length === 1);
    const trialId = randomUUID();
    // Every write to this device is refused with ENOSPC.
    symlinkSync("/dev/full", join(stateDir, "spool", `${trialId}-1.log`));
    server.enqueue(workshop.study({ STEPS: "0" }).spec, { trialId });
    expect((await result(trialId)).result).toMatchObject({ outcome: "failed", failureClass: "disk" });
    expect(workshop.said.some((line) => line.includes("takes no trials"))).toBe(true);
    expect((await result(server.enqueue(workshop.study().spec))).result).toMatchObject({
      outcome: "completed",
    });
  });

  test("one that prints 20 MB is cut to what is kept, and nothing else suffers", async () => {
    workshop.agent(server);
    const attempt = await result(
      server.enqueue(workshop.study({ NOISE_BYTES: String(20 * 1024 * 1024) }).spec),
    );
    expect(attempt.result).toMatchObject({ outcome: "completed" });
    expect(losses(attempt)).toEqual(expectedLosses(3));
    expect(attempt.log.length + (attempt.result?.logTruncatedBytes ?? 0)).toBeGreaterThan(20 * 1024 * 1024);
  });

  test("a silent one keeps its lease for as long as it runs", async () => {
    workshop.agent(server);
    // Longer than a lease, without a word.
    const { spec } = workshop.study();
    const leaseMs = server.intervals.leaseMs + server.intervals.graceMs;
    const script = `setTimeout(() => console.log("loss=1"), ${leaseMs})`;
    const attempt = await result(server.enqueue({ ...spec, command: [process.execPath, "-e", script] }));
    expect(attempt.result).toMatchObject({ outcome: "completed" });
    expect(attempt.assignment.attempt).toBe(1);
  });
});

describe("the server's words", () => {
  test("a stop command ends the trial by TERM, and it is reported as stopped", async () => {
    workshop.agent(server);
    const study = workshop.study({ STEPS: "0" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => study.ledger().length > 0);
    server.requestStop(trial, "cancel");
    const attempt = await result(trial);
    expect(attempt.result).toMatchObject({ outcome: "stopped", message: "the test said cancel" });
    expect(study.ledger().some(({ signal }) => signal === "SIGTERM")).toBe(true);
    expect(study.alive()).toEqual([]);
  });

  test("a trial that ignores TERM is killed after the study's grace", async () => {
    workshop.agent(server);
    const study = workshop.study({ STEPS: "0", ON_TERM: "ignore" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => study.ledger().length > 0);
    server.requestStop(trial, "prune");
    const attempt = await result(trial);
    expect(attempt.result).toMatchObject({ outcome: "stopped", signal: "SIGKILL" });
    expect(study.alive()).toEqual([]);
  });

  test("a stale attempt is killed and nothing is reported for it", async () => {
    workshop.agent(server);
    const study = workshop.study({ STEPS: "0" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => server.attemptsOf(trial)[0]?.points.length);
    server.takeAway(trial);
    await waitFor(() => study.alive().length === 0, { what: "the death of the stale trial" });
    await waitFor(() => server.agents[0]?.heartbeats.at(-1)?.held.length === 0);
    expect(server.attemptsOf(trial)[0]?.result).toBeNull();
    expect(server.requests.some(({ route }) => route === "result")).toBe(false);
  });

  test("an agent that the server forgot registers again and goes on", async () => {
    workshop.agent(server);
    await waitFor(() => server.agents.length === 1);
    server.forgetAgents();
    const attempt = await result(server.enqueue(workshop.study().spec));
    expect(attempt.result).toMatchObject({ outcome: "completed" });
  });

  test("a drained agent takes nothing until the server wants it to", async () => {
    workshop.agent(server);
    await waitFor(() => server.agents.length === 1);
    server.setDrain(true);
    await waitFor(() => server.agents[0]?.heartbeats.at(-1)?.state === "draining");
    const trial = server.enqueue(workshop.study().spec);
    server.setDrain(false);
    expect((await result(trial)).result).toMatchObject({ outcome: "completed" });
  });
});

describe("capacity", () => {
  test("never more trials at once than slots, and every one is run", async () => {
    workshop.agent(server, { slots: 2 });
    const study = workshop.study({ STEPS: "5" });
    const trials = Array.from({ length: 6 }, () => server.enqueue(study.spec));
    await Promise.all(trials.map(result));
    expect(
      Math.max(...(server.agents[0]?.heartbeats ?? []).map(({ held }) => held.length)),
    ).toBeLessThanOrEqual(2);
    expect(mostAtOnce(server.attempts)).toBe(2);
  });

  test("room that a trial leaves is offered while a poll waits", async () => {
    workshop.agent(server, { slots: 2, cpus: 2 });
    const small = workshop.study({ STEPS: "5" });
    const first = server.enqueue(small.spec);
    await waitFor(() => server.attemptsOf(first).length === 1);
    const second = server.enqueue({ ...workshop.study().spec, resources: { cpus: 2 } });
    expect((await result(second)).result).toMatchObject({ outcome: "completed" });
    expect(server.attemptsOf(second)[0]?.startedAt).toBeGreaterThan(0);
  });

  test("with too little disk the agent takes nothing and says why", async () => {
    workshop.agent(server, { minFreeDiskMb: 1e9 });
    server.enqueue(workshop.study().spec);
    await waitFor(() => workshop.said.some((line) => /takes no trials.*MB free/.test(line)));
    await waitFor(() => (server.agents[0]?.heartbeats.length ?? 0) >= 3);
    expect(server.attempts).toEqual([]);
  });
});

describe("the end of an agent", () => {
  test("drain finishes what runs, takes nothing new, keeps heartbeating and says goodbye", async () => {
    const agent = workshop.agent(server);
    const study = workshop.study({ STEPS: "60", STEP_MS: "50" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => study.ledger().length > 0);
    agent.drain();
    await waitFor(() => server.agents[0]?.heartbeats.some(({ state }) => state === "draining"));
    const late = server.enqueue(workshop.study().spec);
    expect(await agent.done).toMatchObject({ cause: "drained", exitCode: 0 });
    expect(server.attemptsOf(trial)[0]?.result).toMatchObject({ outcome: "completed" });
    expect(losses(server.attemptsOf(trial)[0] as ServedAttempt)).toHaveLength(60);
    expect(server.attemptsOf(late)).toEqual([]);
    const beats = server.agents[0]?.heartbeats.filter(({ state }) => state === "draining") ?? [];
    expect(beats.length).toBeGreaterThan(2);
    expect(beats.at(-1)?.held).toEqual([]);
  });

  test("stop kills what runs and gives it back to the queue", async () => {
    const agent = workshop.agent(server);
    const study = workshop.study({ STEPS: "0", ON_TERM: "ignore" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => study.ledger().length > 0);
    agent.stop();
    expect(await agent.done).toMatchObject({ cause: "stopped", exitCode: 0 });
    expect(server.attemptsOf(trial)[0]?.result).toMatchObject({
      outcome: "requeue",
      failureClass: "agent-stop",
    });
    expect(study.alive()).toEqual([]);
  });

  test("of two agents with one name the newer is served, and the older kills its trials and says why it ends", async () => {
    const older = workshop.agent(server);
    const study = workshop.study({ STEPS: "0" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => study.ledger().length > 0);
    workshop.agent(server);
    expect(await older.done).toMatchObject({ cause: "superseded", exitCode: 5 });
    expect((await older.done).message).toContain('"host"');
    expect(workshop.said.some((line) => line.includes("was given up (superseded)"))).toBe(true);
    expect(study.alive()).toEqual([]);
    expect(server.attemptsOf(trial)[0]?.result).toBeNull();
    expect((await result(server.enqueue(workshop.study().spec))).result).toMatchObject({
      outcome: "completed",
    });
  });

  test("a second agent on one state directory is refused, whoever holds it", async () => {
    const stateDir = join(workshop.directory, "shared");
    workshop.agent(server, { stateDir });
    await expect(workshop.agent(server, { stateDir, name: "other" }).done).rejects.toMatchObject({
      code: "invalid-config",
    });
    expect(existsSync(join(stateDir, "agent.lock"))).toBe(true);
  });

  test("a token that the server refuses ends the agent with that error", async () => {
    server.setFault(() => ({ type: "refuse", code: "unauthenticated" }));
    await expect(workshop.agent(server).done).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

function mostAtOnce(attempts: readonly ServedAttempt[]): number {
  const changes = attempts.flatMap(({ startedAt, endedAt }) => [
    { at: startedAt, by: 1 },
    { at: endedAt ?? Number.POSITIVE_INFINITY, by: -1 },
  ]);
  let running = 0;
  let most = 0;
  for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}
