import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive, openWorkshop, type Workshop } from "../support/agents.ts";
import {
  type Fault,
  type ProtocolServer,
  type Route,
  type ServedAttempt,
  startProtocolServer,
} from "../support/protocol-server.ts";
import { waitFor } from "../support/wait-for.ts";

/** Rows A1 to A7 of the fault catalogue, with every interval at a twentieth. */

let server: ProtocolServer;
let workshop: Workshop;
beforeEach(async () => {
  server = await startProtocolServer();
  workshop = openWorkshop();
});
afterEach(async () => {
  server.setFault(() => ({ type: "none" }));
  await workshop.close();
  await server.close();
  expect(server.violations).toEqual([]);
});

const AWAY: Fault = { type: "cut" };
const PRESENT: Fault = { type: "none" };

const result = (trialId: string, timeoutMs = 15_000) =>
  waitFor(() => server.attemptsOf(trialId).find((attempt) => attempt.result !== null), {
    what: "a result",
    timeoutMs,
  });
const lossesOf = (attempt: ServedAttempt) =>
  attempt.points.filter(({ name }) => name === "loss").map(({ value }) => value);
const expectedLosses = (steps: number) => Array.from({ length: steps }, (_, index) => 1 / (index + 1));
const passed = (ms: number) => {
  const from = performance.now();
  return waitFor(() => performance.now() - from >= ms, { timeoutMs: ms + 5_000 });
};

describe("replies that get lost", () => {
  const routes: Route[] = ["register", "claim", "heartbeat", "metrics", "log", "result"];
  test.each(routes)("of %s: every first reply, and still each thing happens once", async (route) => {
    let calls = 0;
    server.setFault((request) => {
      if (request.route !== route) return PRESENT;
      // Each second request only gets its reply.
      return calls++ % 2 === 0 ? { type: "lose-reply" } : PRESENT;
    });
    workshop.agent(server, { slots: 1 });
    const study = workshop.study({ STEPS: "10" });
    const attempt = await result(server.enqueue(study.spec));
    expect(server.attempts).toHaveLength(1);
    expect(attempt.resultsRecorded).toBe(1);
    expect(lossesOf(attempt)).toEqual(expectedLosses(10));
    expect(attempt.conflicts).toBe(0);
    expect(attempt.log.toString()).toBe(
      expectedLosses(10)
        .map((loss) => `loss=${loss}\n`)
        .join(""),
    );
    expect(new Set(study.ledger().map(({ pid }) => pid)).size).toBe(1);
  });

  test("of a claim until its trial was given away: the attempt is not run, the next one is", async () => {
    let claims = 0;
    server.setFault(({ route }) => {
      if (route !== "claim" || server.attempts[0]?.lostAt != null) return PRESENT;
      return claims++ === 0 ? { type: "lose-reply" } : AWAY;
    });
    const study = workshop.study();
    const trial = server.enqueue(study.spec);
    workshop.agent(server, { slots: 1 });
    const attempt = await result(trial);
    expect(attempt.assignment.attempt).toBe(2);
    expect(new Set(study.ledger().map(({ pid }) => pid)).size).toBe(1);
    expect(
      server.requests.filter(({ trialId, attempt: number }) => trialId === trial && number === 1),
    ).toEqual([]);
  });

  test("a reply delayed past the heartbeat's timeout does not end the trial", async () => {
    let beats = 0;
    server.setFault(({ route }) =>
      route === "heartbeat" && beats++ % 2 === 0
        ? { type: "delay-reply", ms: server.intervals.heartbeatMs * 2 }
        : PRESENT,
    );
    workshop.agent(server);
    const attempt = await result(server.enqueue(workshop.study({ STEPS: "80", STEP_MS: "50" }).spec));
    expect(attempt.result).toMatchObject({ outcome: "completed" });
    expect(attempt.assignment.attempt).toBe(1);
  });

  test("a server that says 503 and 429 is asked again until it answers", async () => {
    const seen = new Map<Route, number>();
    server.setFault(({ route }) => {
      const count = (seen.get(route) ?? 0) + 1;
      seen.set(route, count);
      if (count === 1) return { type: "refuse", code: "store-unavailable" };
      return count === 2 ? { type: "refuse", code: "too-many-requests", retryAfterSeconds: 0 } : PRESENT;
    });
    workshop.agent(server);
    const attempt = await result(server.enqueue(workshop.study().spec));
    expect(attempt.result).toMatchObject({ outcome: "completed" });
    expect(lossesOf(attempt)).toEqual(expectedLosses(3));
  });
});

describe("a server that is away", () => {
  test("for less than the lease costs nothing: every point is there once, in order", async () => {
    workshop.agent(server);
    const study = workshop.study({ STEPS: "60", STEP_MS: "40" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => server.attemptsOf(trial)[0]?.points.length);
    server.setFault(() => AWAY);
    await passed(server.intervals.leaseMs / 3);
    server.setFault(() => PRESENT);
    const attempt = await result(trial);
    expect(attempt.assignment.attempt).toBe(1);
    expect(lossesOf(attempt)).toEqual(expectedLosses(60));
    expect(attempt.conflicts).toBe(0);
    expect(attempt.result).toMatchObject({ outcome: "completed", logTruncatedBytes: 0 });
  });

  test.each<[string, Fault]>([
    ["that refuses connections", AWAY],
    ["that accepts and never answers", { type: "hang" }],
  ])(
    "for longer than the lease, %s: the trial is dead before the server gives it away",
    async (_how, fault) => {
      workshop.agent(server);
      const study = workshop.study({ STEPS: "0", ON_TERM: "ignore" });
      const trial = server.enqueue(study.spec);
      const pid = await waitFor(() => study.alive()[0]);
      server.setFault(() => fault);
      const given = waitFor(() => server.attemptsOf(trial)[0]?.lostAt);
      await waitFor(() => !isAlive(pid as number), { what: "the agent's own end of the trial" });
      const deadAt = performance.now();
      expect(server.attemptsOf(trial)[0]?.lostAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(deadAt);
      await given;
      server.setFault(() => PRESENT);
      const second = await waitFor(() => server.attemptsOf(trial)[1], { what: "the second attempt" });
      await waitFor(() => second.points.length > 0);
      expect(server.attemptsOf(trial)[0]?.result).toBeNull();
    },
  );
});

describe("an agent process", () => {
  test("frozen past its lease kills its trial before it says anything about it", async () => {
    const agent = workshop.agentProcess(server);
    const study = workshop.study({ STEPS: "0", ON_TERM: "ignore" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => server.attemptsOf(trial)[0]?.points.length, { timeoutMs: 20_000 });
    const [pid] = study.alive();
    agent.kill("SIGSTOP");
    const lostAt = await waitFor(() => server.attemptsOf(trial)[0]?.lostAt);
    const known = server.attemptsOf(trial)[0]?.points.length;
    agent.kill("SIGCONT");
    await waitFor(() => !isAlive(pid as number), { what: "the end of the zombie" });
    await waitFor(() => server.attemptsOf(trial)[1]?.points.length, { what: "the second attempt" });
    const late = server.requests.filter(
      ({ at, attempt, trialId }) => at > lostAt && trialId === trial && attempt === 1,
    );
    expect(late).toEqual([]);
    expect(server.attemptsOf(trial)[0]?.points.length).toBe(known);
    const held = server.requests
      .filter(({ at, route }) => at > lostAt && route === "heartbeat")
      .map(({ body }) => body);
    expect(JSON.stringify(held)).not.toContain(`"${trial}","attempt":1}`);
  });

  test("killed with -9 leaves no trial running once it is started again", async () => {
    const stateDir = join(workshop.directory, "restart");
    const first = workshop.agentProcess(server, "host", stateDir);
    const study = workshop.study({ STEPS: "0", ON_TERM: "ignore" });
    const trial = server.enqueue(study.spec);
    const orphan = await waitFor(() => study.alive()[0], { timeoutMs: 20_000 });
    first.kill("SIGKILL");
    await waitFor(() => first.exitCode !== null || first.signalCode !== null);
    workshop.agentProcess(server, "host", stateDir);
    await waitFor(() => !isAlive(orphan), { what: "the sweep of the orphan", timeoutMs: 20_000 });
    await waitFor(() => server.attemptsOf(trial)[1]?.points.length, {
      what: "the second attempt",
      timeoutMs: 20_000,
    });
  });

  test("told to end by SIGTERM drains and exits with 0", async () => {
    const agent = workshop.agentProcess(server);
    const study = workshop.study({ STEPS: "40", STEP_MS: "50" });
    const trial = server.enqueue(study.spec);
    await waitFor(() => study.ledger().length > 0, { timeoutMs: 20_000 });
    agent.kill("SIGTERM");
    await waitFor(() => agent.exitCode !== null);
    expect(agent.exitCode).toBe(0);
    expect((await result(trial)).result).toMatchObject({ outcome: "completed" });
  });
});

describe("output of training code that no server could store", () => {
  const printing = (script: string) => ({
    ...workshop.study().spec,
    command: [process.execPath, "-e", `const fs = require("node:fs"); ${script}`],
  });
  const append = (line: string) =>
    `fs.appendFileSync(process.env.FETTLE_METRICS_FILE, ${JSON.stringify(`{"loss":1}\n${line}\n`)});`;

  test.each([
    ["U+0000 in a name", append(String.raw`{"a\u0000b":1}`), "a\ufffdb"],
    ["half of a surrogate pair in a name", append(String.raw`{"\ud83d":1}`), "\ufffd"],
  ])("%s is replaced, and the trial completes", async (_what, script, name) => {
    workshop.agent(server);
    const attempt = await result(server.enqueue(printing(script)));
    expect(attempt.result).toMatchObject({ outcome: "completed", seenMetrics: ["loss", name] });
    expect(attempt.points.map((point) => point.name)).toEqual(["loss", name]);
  });

  test("U+0000 in the reason of a result is replaced", async () => {
    workshop.agent(server);
    const verdict = JSON.stringify({ state: "failed", reason: "bytes: \0" });
    const script = `fs.writeFileSync(process.env.FETTLE_RESULT_FILE, ${JSON.stringify(verdict)});`;
    const attempt = await result(server.enqueue(printing(script)));
    expect(attempt.result).toMatchObject({ outcome: "failed", message: "bytes: \ufffd" });
  });
});

describe("a server that fails at one request again and again", () => {
  const DEFECT: Fault = { type: "refuse", code: "internal" };

  test("of metrics: the processes are ended, and the attempt with them as lost", async () => {
    server.setFault(({ route }) => (route === "metrics" ? DEFECT : PRESENT));
    workshop.agent(server);
    const study = workshop.study({ STEPS: "0" });
    const attempt = await result(server.enqueue(study.spec));
    expect(attempt.result).toMatchObject({
      outcome: "failed",
      failureClass: "lost",
      message: expect.stringContaining("could not take its metrics"),
    });
    expect(study.alive()).toEqual([]);
    expect(workshop.said.join("\n")).toContain("does not take its metrics yet");
  });

  test("of a result: the agent says so, and stops holding the attempt", async () => {
    server.setFault(({ route }) => (route === "result" ? DEFECT : PRESENT));
    const agent = workshop.agent(server);
    server.enqueue(workshop.study().spec);
    await waitFor(() => workshop.said.some((line) => line.includes("its end could not be told")), {
      timeoutMs: 15_000,
    });
    agent.stop();
    await agent.done;
  });
});
