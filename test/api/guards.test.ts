import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assertSafeListen } from "../../api/loopback.ts";
import { ERROR_CODES } from "../../core/errors.ts";
import { ADMIN_TOKEN, startApi, type TestApi, TOKEN_AUTH } from "../support/api.ts";
import { waitFor } from "../support/wait-for.ts";

const STUDIES = "/v1/projects/default/studies";

let api: TestApi;
let port: number;
beforeAll(async () => {
  api = await startApi();
  port = Number(new URL(await api.listen()).port);
});
afterAll(() => api.close());

describe("an API that is open on loopback", () => {
  test.each([
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "0.0.0.0",
  ])("does not answer for the rebound name %s", async (host) => {
    const answer = await api.call("GET", "/healthz", undefined, { headers: { host } });
    expect(answer).toMatchObject({ status: 421, body: { code: "misdirected-host" } });
  });

  test.each(["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "LOCALHOST", "127.0.0.2"])(
    "answers for %s",
    async (host) => {
      expect((await api.call("GET", "/healthz", undefined, { headers: { host } })).status).toBe(200);
    },
  );

  test.each(["POST", "PATCH", "DELETE", "PUT"])(
    "refuses a %s that another site's page sends",
    async (method) => {
      for (const headers of [
        { host: "localhost:1", origin: "https://evil.example" },
        { host: "localhost:1", origin: "http://localhost:2" },
        { host: "localhost:1", origin: "null" },
        { host: "localhost:1", "sec-fetch-site": "cross-site" },
        { host: "localhost:1", "sec-fetch-site": "same-site" },
      ]) {
        const answer = await api.call(method, `${STUDIES}/x`, undefined, { headers });
        expect(answer).toMatchObject({ status: 403, body: { code: "cross-origin" } });
      }
    },
  );

  test("takes unsafe requests of its own pages", async () => {
    const headers = { host: "localhost:1", origin: "http://localhost:1", "sec-fetch-site": "same-origin" };
    const answer = await api.call("POST", STUDIES, {}, { headers });
    expect(answer.body.code).toBe("invalid-input");
  });

  test("asks whoever comes through a proxy for a token", async () => {
    for (const name of ["x-forwarded-for", "forwarded", "x-real-ip"]) {
      const answer = await api.call("GET", "/v1/agents", undefined, { headers: { [name]: "1.2.3.4" } });
      expect(answer.status).toBe(401);
    }
  });

  test("asks whoever comes from another address for a token", async () => {
    const reply = await api.app.inject({ url: "/v1/agents", remoteAddress: "10.0.0.7" });
    expect(reply.statusCode).toBe(401);
    expect(reply.headers["www-authenticate"]).toMatch(/^Bearer/);
  });

  test("does not let a wrong token pass as no token", async () => {
    for (const token of ["x", "ftl_short", `${ADMIN_TOKEN}`]) {
      expect((await api.call("GET", "/v1/agents", undefined, { token })).status).toBe(401);
    }
  });

  test("takes an agent's identity from nothing that the client says of itself", async () => {
    const headers = {
      "x-agent-id": "1",
      "x-forwarded-user": "admin",
      authorization: "Basic YWRtaW46YWRtaW4=",
    };
    expect((await api.call("GET", "/v1/agents", undefined, { headers })).status).toBe(401);
  });
});

describe("an API that asks for tokens", () => {
  test("answers for the names it is given, and for any when none are given", async () => {
    const any = await startApi({ auth: TOKEN_AUTH });
    expect(
      (await any.call("GET", "/healthz", undefined, { headers: { host: "fettle.example" } })).status,
    ).toBe(200);
    await any.close();
    const named = await startApi({ auth: { ...TOKEN_AUTH, allowedHosts: ["Fettle.example"] } });
    const statusFor = async (host: string) =>
      (await named.call("GET", "/healthz", undefined, { headers: { host } })).status;
    expect(await statusFor("fettle.EXAMPLE:443")).toBe(200);
    expect(await statusFor("evil.example")).toBe(421);
    await named.close();
  });

  test("takes the configuration's admin token, which no database knows", async () => {
    const guarded = await startApi({ auth: TOKEN_AUTH });
    expect((await guarded.call("GET", "/v1/tokens", undefined, { token: ADMIN_TOKEN })).status).toBe(503);
    expect((await guarded.call("GET", "/v1/tokens", undefined, { token: `${ADMIN_TOKEN}x` })).status).toBe(
      401,
    );
    await guarded.close();
  });

  test("tells a stranger nothing about which routes exist", async () => {
    const guarded = await startApi({ auth: TOKEN_AUTH });
    expect((await guarded.call("GET", "/nowhere")).status).toBe(401);
    expect((await guarded.call("PUT", "/v1/agents")).status).toBe(401);
    await guarded.close();
  });
});

describe("listening", () => {
  test.each(["127.0.0.1", "localhost", "::1", "127.9.9.9"])("without tokens is fine on %s", (host) => {
    expect(() => assertSafeListen(host, { mode: "open-loopback" })).not.toThrow();
  });

  test.each(["0.0.0.0", "::", "192.168.1.5", "myhost", "127.0.0.1.evil.example", ""])(
    "without tokens is refused on %j",
    (host) => {
      expect(() => assertSafeListen(host, { mode: "open-loopback" })).toThrow(/Refusing to listen/);
      expect(() => assertSafeListen(host, { mode: "token" })).not.toThrow();
    },
  );
});

describe("bodies", () => {
  test("of more than a mebibyte are refused", async () => {
    const answer = await api.call("POST", STUDIES, { name: "x".repeat(1024 * 1024) });
    expect(answer).toMatchObject({ status: 413, body: { code: "payload-too-large" } });
  });

  test("of chunks without an end are refused at the limit, and the connection is closed", async () => {
    const outgoing = request({
      port,
      method: "POST",
      path: STUDIES,
      headers: { "content-type": "application/json" },
    });
    outgoing.on("error", () => undefined);
    const closed = new Promise((resolve) => outgoing.on("close", resolve));
    const replied = once(outgoing, "response");
    // In one piece: a write after the server has hung up fails before the answer is read.
    outgoing.write(Buffer.alloc(2 * 1024 * 1024, 0x20));
    const [reply] = await replied;
    reply.resume();
    expect(reply.statusCode).toBe(413);
    await closed;
  });

  test.each([
    ["gzip", 415],
    ["identity", 400],
  ])("with Content-Encoding %s are answered with %i", async (encoding, status) => {
    const headers = { "content-encoding": encoding };
    expect((await api.call("POST", STUDIES, {}, { headers })).status).toBe(status);
  });

  test.each([
    ["[".repeat(100_000), "too-deep"],
    ['{"__proto__":{"scope":"admin"}}', "forbidden-key"],
    ['{"name":"a","name":"b"}', "duplicate-key"],
    ['{"parallelism":1e999}', "number-range"],
    ["", "wrong-type"],
  ])("that are %.20s are refused as %s", async (raw, code) => {
    const headers = { "content-type": "application/json" };
    const answer = await api.call("POST", STUDIES, undefined, { raw, headers });
    expect(answer.status).toBe(400);
    if (raw !== "") expect(answer.body.errors[0].code).toBe(code);
  });

  test("of a body-less action may be absent or empty, nothing else", async () => {
    const pause = (raw?: string) =>
      api.call("POST", `${STUDIES}/x/pause`, undefined, {
        ...(raw === undefined ? {} : { raw, headers: { "content-type": "application/json" } }),
      });
    expect((await pause()).status).toBe(503);
    expect((await pause("{}")).status).toBe(503);
    expect((await pause('{"force":true}')).status).toBe(400);
    expect((await pause("[1]")).status).toBe(400);
  });
});

describe("answers", () => {
  test("carry a request id: the client's own when it is a harmless one", async () => {
    const idFor = async (id: string) =>
      (await api.call("GET", "/healthz", undefined, { headers: { "x-request-id": id } })).headers[
        "x-request-id"
      ];
    expect(await idFor("job-7.a_B")).toBe("job-7.a_B");
    expect(await idFor("a b")).not.toBe("a b");
    expect(await idFor("x".repeat(65))).toMatch(/^[0-9a-f]{12}-\w+$/);
  });

  test("tell a browser to load and frame nothing foreign, and to keep nothing", async () => {
    const { headers } = await api.call("GET", "/v1/version");
    expect(headers["content-security-policy"]).toContain("default-src 'self'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("to a failure are problem documents, with a retry time when PostgreSQL is away", async () => {
    const answer = await api.call("GET", "/readyz");
    expect(answer.headers).toMatchObject({
      "content-type": "application/problem+json; charset=utf-8",
      "retry-after": "2",
    });
    expect(answer.body).toMatchObject({
      type: "/docs/errors.md#store-unavailable",
      status: 503,
      code: "store-unavailable",
      title: ERROR_CODES["store-unavailable"].meaning,
      requestId: answer.headers["x-request-id"],
    });
  });

  test("to another method name the ones that are possible", async () => {
    const answer = await api.call("PUT", `${STUDIES}/x`);
    expect(answer).toMatchObject({ status: 405, body: { code: "method-not-allowed" } });
    expect(answer.headers.allow).toBe("DELETE, GET, PATCH");
  });

  test("give nothing of an unexpected failure away", async () => {
    const broken = await startApi({
      store: new Proxy({} as never, {
        get: () => async () => {
          throw new Error("select * from secrets");
        },
      }),
    });
    const answer = await broken.call("GET", "/v1/agents");
    expect(answer).toMatchObject({ status: 500, body: { code: "internal" } });
    expect(answer.text).not.toContain("secrets");
    await broken.close();
  });
});

test("a client that never finishes its headers is cut off", async () => {
  expect(api.app.server.headersTimeout).toBe(15_000);
  expect(api.app.server.requestTimeout).toBe(30_000);
});

test("garbage instead of HTTP gets a 400 and a closed connection", async () => {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (data) => {
    received += data;
  });
  socket.write("\x00\x01\x02 nonsense\r\n\r\n");
  await once(socket, "close");
  expect(received).toMatch(/^HTTP\/1\.1 400/);
});

test("a client of the event stream that does not read is let go, with little kept for it", async () => {
  const text = "x".repeat(100_000);
  let id = 0;
  const flooding = await startApi({
    limits: { eventStallMs: 200 },
    store: {
      eventsAfter: async (after: string | null) => {
        if (after === null) return { events: [], position: "0-0" };
        const events = Array.from({ length: 20 }, () => ({ id: `1-${++id}`, type: "trial.finished", text }));
        return { events, position: `1-${id}` };
      },
    } as never,
  });
  const url = new URL(await flooding.listen());
  const socket = connect(Number(url.port), "127.0.0.1");
  socket.pause();
  socket.write(`GET /v1/events HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);
  const clients = async () =>
    (await flooding.call("GET", "/metrics")).text.match(/^fettle_event_clients (\d+)/m)?.[1];
  await waitFor(async () => (await clients()) === "1", { what: "the client" });
  await waitFor(async () => (await clients()) === "0", { what: "the client's end", timeoutMs: 20_000 });
  socket.destroy();
  await flooding.close();
});

test("closing ends an event stream and lets nobody wait", async () => {
  const closing = await startApi({
    store: {
      eventsAfter: async () => ({ events: [], position: "0-0" }),
      claim: async () => [],
    } as never,
  });
  const base = await closing.listen();
  const stream = await fetch(`${base}/v1/events`);
  const ended = stream.text();
  const free = { pool: "default", labels: {}, gpus: [], cpus: 1, memoryMb: 1, slots: 1 };
  const session = "33333333-3333-4333-8333-333333333333";
  const claim = fetch(`${base}/v1/agents/${session}/claim`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ session, requestId: session, free, waitMs: 60_000 }),
  });
  await waitFor(async () => /fettle_waiting_requests 1/.test((await closing.call("GET", "/metrics")).text));
  await closing.close();
  expect(await (await claim).json()).toEqual({ assignments: [] });
  expect(await ended).toMatch(/^retry: 1000\nid: 0-0/);
});
