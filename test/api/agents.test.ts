import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimReplySchema, heartbeatReplySchema, registerReplySchema } from "../../core/protocol.ts";
import { agentResourceSchema, queueItemSchema } from "../../core/resources.ts";
import { ADMIN_TOKEN, TOKEN_AUTH } from "../support/api.ts";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

let service: TestService;
let agentToken: string;
let base: string;
beforeAll(async () => {
  service = await startService({ auth: TOKEN_AUTH });
  agentToken = await service.token("agent");
  base = await service.listen();
});
afterAll(() => service.close());

const STUDIES = "/v1/projects/default/studies";
const FREE = { pool: "default", labels: {}, gpus: [], cpus: 8, memoryMb: 8000, slots: 8 };
const OCTETS = { "content-type": "application/octet-stream" };
const RESULT = {
  outcome: "completed",
  failureClass: null,
  exitCode: 0,
  signal: null,
  message: null,
  logTruncatedBytes: 0,
  seenMetrics: ["loss"],
};

const admin = (method: string, path: string, body?: unknown) =>
  service.call(method, path, body, { token: ADMIN_TOKEN });
const agent = (method: string, path: string, body?: unknown) =>
  service.call(method, path, body, { token: agentToken });

const create = (name: string, overrides: object = {}) =>
  admin("POST", STUDIES, {
    name,
    command: ["train", "{{x}}"],
    parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    budget: { maxTrials: 2 },
    seed: 1,
    ...overrides,
  });

async function register(name: string) {
  const session = randomUUID();
  const { body } = await agent("POST", "/v1/agents", { name, session, version: "1", ...FREE });
  return { session, ...registerReplySchema.parse(body) };
}

type Registered = Awaited<ReturnType<typeof register>>;

const claim = (who: Registered, waitMs = 1000, requestId = randomUUID()) =>
  agent("POST", `/v1/agents/${who.agentId}/claim`, {
    session: who.session,
    requestId,
    free: FREE,
    max: 1,
    waitMs,
  });

async function claimOne(who: Registered) {
  const assignments = await waitFor(async () => {
    const reply = claimReplySchema.parse((await claim(who)).body);
    return reply.assignments.length > 0 ? reply.assignments : null;
  });
  return assignments[0]!;
}

describe("an agent", () => {
  test("registers, claims, reports, logs and ends a trial", async () => {
    await create("served");
    const who = await register("host-1");
    const assignment = await claimOne(who);
    const path = `/v1/attempts/${assignment.trialId}/${assignment.attempt}`;
    const held = [{ trialId: assignment.trialId, attempt: assignment.attempt }];
    const beat = await agent("POST", `/v1/agents/${who.agentId}/heartbeat`, {
      session: who.session,
      state: "up",
      held,
    });
    expect(heartbeatReplySchema.parse(beat.body).commands).toEqual([]);

    const log = (offset: number, text: string) =>
      service.call("POST", `${path}/log?session=${who.session}&offset=${offset}`, undefined, {
        token: agentToken,
        raw: Buffer.from(text),
        headers: { "content-type": "application/octet-stream" },
      });
    expect((await log(0, "epoch 1\n")).body).toEqual({ nextOffset: 8 });
    expect((await log(4, "h 1\nepoch 2\n")).body).toEqual({ nextOffset: 16 });
    expect(await log(99, "gap")).toMatchObject({ status: 409 });

    await agent("POST", `${path}/metrics?session=${who.session}`, {
      points: [{ name: "loss", step: 1, value: 0.5 }],
    });
    const { body: listed } = await admin("GET", "/v1/agents");
    const shown = agentResourceSchema.parse(
      listed.items.find(({ name }: { name: string }) => name === "host-1"),
    );
    expect(shown.running).toEqual([{ study: "served", trial: assignment.trial, attempt: 1 }]);

    expect((await agent("POST", `${path}/result?session=${who.session}`, RESULT)).body).toEqual({
      recorded: true,
    });
    expect((await agent("POST", `${path}/result?session=${who.session}`, RESULT)).body).toEqual({
      recorded: false,
    });
    const late = await agent("POST", `${path}/metrics?session=${who.session}`, {
      points: [{ name: "loss", step: 2, value: 0 }],
    });
    expect(late).toMatchObject({ status: 409, body: { code: "stale-attempt" } });

    const trial = `${STUDIES}/served/trials/${assignment.trial}`;
    const logs = await admin("GET", `${trial}/logs?offset=8`);
    expect(logs.text).toBe("epoch 2\n");
    expect(logs.headers).toMatchObject({
      "x-log-next-offset": "16",
      "x-log-end": "true",
      "x-log-attempt": "1",
    });
    expect(logs.headers["content-type"]).toBe("text/plain; charset=utf-8");
  });

  test("that waits gets a trial that is queued meanwhile", async () => {
    const who = await register("host-2");
    const free = { ...FREE, pool: "waiting" };
    const ask = () =>
      agent("POST", `/v1/agents/${who.agentId}/claim`, {
        session: who.session,
        requestId: randomUUID(),
        free,
        waitMs: 60_000,
      });
    const first = ask();
    await waitFor(async () => /fettle_waiting_requests [1-9]/.test((await admin("GET", "/metrics")).text));
    await create("waking", { resources: { pool: "waiting" } });
    let { assignments } = (await first).body;
    while (assignments.length === 0) assignments = (await ask()).body.assignments;
    expect(assignments).toMatchObject([{ study: "waking", attempt: 1 }]);
  });

  test("gets the same trials again for the same request", async () => {
    await create("repeated", { parallelism: 2 });
    const who = await register("host-3");
    const requestId = randomUUID();
    const first = await waitFor(async () => {
      const { body } = await claim(who, 1000, requestId);
      return body.assignments.length > 0 ? body.assignments[0] : null;
    });
    const again = await claim(who, 0, requestId);
    expect(again.body.assignments[0]).toMatchObject({ trialId: first.trialId, attempt: first.attempt });
  });

  test("of a name that registered anew is no longer served", async () => {
    const old = await register("host-4");
    await register("host-4");
    expect(await claim(old)).toMatchObject({ status: 409, body: { code: "stale-session" } });
  });

  test("that the server does not know is told so", async () => {
    const nobody = { agentId: randomUUID(), session: randomUUID(), intervals: {} as never };
    expect(await claim(nobody)).toMatchObject({ status: 404, body: { code: "agent-unknown" } });
  });

  test("can be drained and taken back by its name", async () => {
    const who = await register("host-5");
    expect((await admin("POST", "/v1/agents/host-5/drain")).status).toBe(200);
    const beat = () =>
      agent("POST", `/v1/agents/${who.agentId}/heartbeat`, { session: who.session, state: "up", held: [] });
    expect((await beat()).body.drain).toBe(true);
    await admin("POST", "/v1/agents/host-5/undrain");
    expect((await beat()).body.drain).toBe(false);
  });
});

describe("an attempt's own token", () => {
  test("covers that attempt's calls by either path, and nothing else", async () => {
    await create("own", { parallelism: 2 });
    const who = await register("host-6");
    const mine = await claimOne(who);
    const theirs = await claimOne(who);
    const call = (method: string, path: string, body?: unknown) =>
      service.call(method, path, body, { token: mine.token });
    const points = { points: [{ name: "loss", step: 1, value: 1 }] };
    expect((await call("POST", `/v1/attempts/${mine.trialId}/1/metrics`, points)).status).toBe(200);
    expect(
      (await call("POST", `${STUDIES}/${mine.study}/trials/${mine.trial}/metrics`, points)).body.duplicates,
    ).toBe(1);

    expect((await call("POST", `/v1/attempts/${theirs.trialId}/1/metrics`, points)).status).toBe(403);
    expect(
      (await call("POST", `${STUDIES}/${theirs.study}/trials/${theirs.trial}/metrics`, points)).status,
    ).toBe(403);
    expect((await call("POST", `${STUDIES}/nowhere/trials/0/metrics`, points)).status).toBe(403);
    expect((await call("GET", `${STUDIES}/${mine.study}`)).status).toBe(403);
    expect((await call("GET", "/v1/agents")).status).toBe(403);
    expect((await call("POST", `${STUDIES}/${mine.study}/trials/${mine.trial}/stop`)).status).toBe(403);

    expect((await call("POST", `/v1/attempts/${mine.trialId}/1/result`, RESULT)).status).toBe(200);
    expect(await call("POST", `/v1/attempts/${mine.trialId}/1/metrics`, points)).toMatchObject({
      status: 409,
      body: { code: "stale-attempt" },
    });
  });
});

describe("tokens", () => {
  test("are shown once, stored as a hash, and work no longer when revoked", async () => {
    const made = await admin("POST", "/v1/tokens", { name: "short-lived", scope: "read" });
    expect(made.status).toBe(201);
    const { token, id } = made.body;
    expect(token).toMatch(/^ftl_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/);
    expect((await service.call("GET", "/v1/agents", undefined, { token })).status).toBe(200);
    const list = await admin("GET", "/v1/tokens");
    expect(list.text).not.toContain(token.slice(-20));
    expect((await admin("DELETE", `/v1/tokens/${id}`)).body.revokedAt).not.toBeNull();
    expect((await service.call("GET", "/v1/agents", undefined, { token })).status).toBe(401);
  });

  test("with one character changed do not work", async () => {
    const token = await service.token("read");
    const other = token.endsWith("A") ? "B" : "A";
    expect(
      (await service.call("GET", "/v1/agents", undefined, { token: token.slice(0, -1) + other })).status,
    ).toBe(401);
  });

  test("cannot be made for an attempt", async () => {
    const made = await admin("POST", "/v1/tokens", { name: "x", scope: "attempt" });
    expect(made.status).toBe(400);
  });
});

test("a queued trial says why it waits", async () => {
  await create("hungry", { resources: { gpus: 4, pool: "gpu" } });
  const item = await waitFor(async () => {
    const { body } = await admin("GET", "/v1/queue?project=default");
    return body.items.find(({ study }: { study: string }) => study === "hungry");
  });
  expect(queueItemSchema.parse(item).why).toMatch(/\w+ .*\.$/);
});

describe("exports and followed logs", () => {
  test("a study is exported as CSV and as lines of JSON", async () => {
    await create("exported", {
      command: undefined,
      parameters: [
        { name: "x", type: "float", low: 0, high: 1 },
        { name: "how", type: "categorical", choices: ["=1+1", "b"] },
      ],
      budget: { maxTrials: 3 },
    });
    for (const how of ["=1+1", "b"]) {
      await admin("POST", `${STUDIES}/exported/trials`, { params: { x: 0.25, how } });
    }
    const csv = await admin("GET", `${STUDIES}/exported/export?format=csv`);
    const [head, first] = csv.text.split("\r\n");
    expect(head).toMatch(/^number,state,values\.loss,params\.x,params\.how,origin,/);
    const row = csv.text.split("\r\n").find((line) => line.includes("'=1+1"));
    expect(row ?? first).toContain("0.25,'=1+1,user");
    expect(csv.headers["content-disposition"]).toBe('attachment; filename="exported.csv"');
    const lines = await admin("GET", `${STUDIES}/exported/export?format=jsonl`);
    const trials = lines.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, index) => index));
  });

  test("the log of a queued trial can be followed: it begins with the first attempt", async () => {
    await create("early", { budget: { maxTrials: 1 } });
    await waitFor(async () => (await admin("GET", `${STUDIES}/early/trials/0`)).status === 200);
    // The reply begins with the first byte.
    const reply = fetch(`${base}${STUDIES}/early/trials/0/logs?follow=true`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    await waitFor(async () => /^fettle_waiting_requests 1$/m.test((await admin("GET", "/metrics")).text));
    const who = await register("host-early");
    let assignment = await claimOne(who);
    while (assignment.study !== "early") assignment = await claimOne(who);
    const path = `/v1/attempts/${assignment.trialId}/${assignment.attempt}`;
    await service.call("POST", `${path}/log?session=${who.session}&offset=0`, undefined, {
      token: agentToken,
      raw: Buffer.from("hello\n"),
      headers: OCTETS,
    });
    await agent("POST", `${path}/result?session=${who.session}`, RESULT);
    expect(await (await reply).text()).toBe("hello\n");
  });

  test("cannot write to the attempt of another agent, nor to that of a worker", async () => {
    await create("owned", { budget: { maxTrials: 1 } });
    await create("asked", { budget: { maxTrials: 1 }, command: undefined });
    const [owner, other] = [await register("host-owner"), await register("host-other")];
    let assignment = await claimOne(owner);
    while (assignment.study !== "owned") assignment = await claimOne(owner);
    const asked = await admin("POST", `${STUDIES}/asked/suggest`, { workerId: "w1", waitSeconds: 10 });
    for (const { trialId, attempt } of [assignment, asked.body.assignments[0]]) {
      const path = `/v1/attempts/${trialId}/${attempt}`;
      for (const query of ["", `?session=${other.session}`]) {
        const points = { points: [{ name: "loss", step: 1, value: 0 }] };
        const log = { token: agentToken, raw: Buffer.from("x"), headers: OCTETS };
        const offset = query === "" ? "?offset=0" : `${query}&offset=0`;
        for (const answer of [
          await agent("POST", `${path}/metrics${query}`, points),
          await agent("POST", `${path}/result${query}`, RESULT),
          await service.call("POST", `${path}/log${offset}`, undefined, log),
        ])
          expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      }
    }
    const own = `/v1/attempts/${assignment.trialId}/1/result?session=${owner.session}`;
    expect((await agent("POST", own, RESULT)).body).toEqual({ recorded: true });
  });

  test("a followed log goes on until the attempt ends", async () => {
    await create("followed", { budget: { maxTrials: 1 } });
    const who = await register("host-7");
    let assignment = await claimOne(who);
    while (assignment.study !== "followed") assignment = await claimOne(who);
    const path = `/v1/attempts/${assignment.trialId}/${assignment.attempt}`;
    const append = (offset: number, text: string) =>
      service.call("POST", `${path}/log?session=${who.session}&offset=${offset}`, undefined, {
        token: agentToken,
        raw: Buffer.from(text),
        headers: { "content-type": "application/octet-stream" },
      });
    await append(0, "one\n");
    const reply = await fetch(`${base}${STUDIES}/followed/trials/${assignment.trial}/logs?follow=true`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe("one\n");
    await append(4, "two\n");
    expect((await reader.read()).value).toBe("two\n");
    await agent("POST", `${path}/result?session=${who.session}`, RESULT);
    expect((await reader.read()).done).toBe(true);
  });
});
