import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backoffMs, requestBackoff } from "../../agents/backoff.ts";
import { type AgentClient, createClient, RequestError } from "../../agents/client.ts";
import { DEFAULT_INTERVALS, type RegisterRequest } from "../../core/protocol.ts";
import { type Fault, type ProtocolServer, startProtocolServer } from "../support/protocol-server.ts";

let server: ProtocolServer;
let client: AgentClient;
beforeEach(async () => {
  server = await startProtocolServer();
  client = createClient(`${server.url}/`, "secret");
});
afterEach(() => server.close());

const registration = (): RegisterRequest => ({
  name: "host",
  session: randomUUID(),
  version: "1",
  pool: "default",
  labels: {},
  gpus: [],
  cpus: 2,
  memoryMb: 1000,
  slots: 2,
});

async function failureOf(request: Promise<unknown>): Promise<RequestError> {
  const error = await request.then(
    () => new Error("it succeeded"),
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(RequestError);
  return error as RequestError;
}

describe("what a failure asks for", () => {
  const cases: [Fault & { type: "refuse" }, string][] = [
    [{ type: "refuse", code: "stale-attempt" }, "stale-attempt"],
    [{ type: "refuse", code: "stale-session" }, "stale-session"],
    [{ type: "refuse", code: "agent-unknown" }, "register"],
    [{ type: "refuse", code: "store-unavailable" }, "retry"],
    [{ type: "refuse", code: "internal" }, "retry"],
    [{ type: "refuse", code: "too-many-requests" }, "retry"],
    [{ type: "refuse", code: "invalid-input" }, "refused"],
    [{ type: "refuse", code: "unauthenticated" }, "refused"],
  ];
  test.each(cases)("%j is answered by %s", async (fault, remedy) => {
    server.setFault(() => fault);
    const error = await failureOf(client.register(registration()));
    expect(error.remedy).toBe(remedy);
    expect(error.code).toBe(fault.code);
  });

  test("a cut connection asks for a retry and names the server", async () => {
    server.setFault(() => ({ type: "cut" }));
    const error = await failureOf(client.register(registration()));
    expect(error.remedy).toBe("retry");
    expect(error.code).toBe("server-unreachable");
    expect(error.message).toContain(server.url);
  });

  test("a port nobody listens on asks for a retry", async () => {
    const error = await failureOf(createClient(await freePort(), undefined).register(registration()));
    expect(error.remedy).toBe("retry");
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("a server that accepts and never answers is given up after the timeout", async () => {
    server.setFault(() => ({ type: "hang" }));
    const error = await failureOf(client.register(registration(), { timeoutMs: 50 }));
    expect(error.remedy).toBe("retry");
  });

  test("Retry-After is read in seconds", async () => {
    server.setFault(() => ({ type: "refuse", code: "too-many-requests", retryAfterSeconds: 7 }));
    const error = await failureOf(client.register(registration()));
    expect(error.retryAfterMs).toBe(7_000);
  });
});

test("a claim waits longer than the poll that it asks for", async () => {
  const request = registration();
  const { agentId } = await client.register(request);
  const free = { pool: "default", labels: {}, gpus: [], cpus: 2, memoryMb: 1000, slots: 1 };
  const claim = { session: request.session, requestId: randomUUID(), free, max: 1, waitMs: 150 };
  expect(await client.claim(agentId, claim, { timeoutMs: 100 })).toEqual({ assignments: [] });
});

test("retries of one request spread over 0.5 s doubling to 20 s, on top of what the server asks", () => {
  const backoff = requestBackoff(DEFAULT_INTERVALS);
  const most = [1, 2, 3, 10, 1000].map((failures) => backoffMs(backoff, failures, null, () => 1));
  expect(most).toEqual([500, 1_000, 2_000, 20_000, 20_000]);
  expect(backoffMs(backoff, 3, null, () => 0)).toBe(0);
  expect(backoffMs(backoff, 1, 5_000, () => 0.5)).toBe(5_250);
});

function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });
}
