import type { Server } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { ADMIN_TOKEN, type CallOptions, startApi, type TestApi, TOKEN_AUTH } from "../support/api.ts";
import { startService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";

test("a client that leaves before its event stream begins is not counted as one", async () => {
  let asked = false;
  let polls = 0;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const api = await startApi({
    store: {
      getStudy: async () => {
        asked = true;
        await answered;
        return { project: "default", name: "slow" };
      },
      eventsAfter: async () => {
        polls += 1;
        return { events: [], position: "0-0" };
      },
    } as never,
  });
  const socket = await openStream(api, "?study=slow");
  await waitFor(() => asked, { what: "the request" });
  socket.destroy();
  await waitFor(async () => (await connections(api.app.server)) === 0, { what: "the end of the connection" });
  answer();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(await clients(api)).toBe(0);
  expect(polls).toBe(0);
  await api.close();
});

test("a client that reads gets a long history and a large turn on one connection", async () => {
  const history = 3000;
  let last = history;
  const api = await startApi({
    store: {
      eventsAfter: async (after: string | null, limit: number) => {
        const from = after === null ? last : Number(after);
        const count = Math.min(limit, last - from);
        const events = Array.from({ length: count }, (_, index) => eventOf(from + index + 1));
        return { events, position: String(from + count) };
      },
    } as never,
  });
  const url = await api.listen();
  const client = new AbortController();
  const reply = await fetch(`${url}/v1/events`, {
    headers: { "last-event-id": "0" },
    signal: AbortSignal.any([client.signal, AbortSignal.timeout(15_000)]),
  });
  const types = new Set<string>();
  const ids: number[] = [];
  let rest = "";
  for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) {
      ids.push(Number(/^id: (\d+)$/m.exec(block)?.[1]));
      types.add(/^event: (.+)$/m.exec(block)?.[1] ?? "");
    }
    // It heard all that there was, and listens live from now on.
    if (ids.at(-1) === history) last = 2 * history;
    if (ids.at(-1) === last) break;
  }
  client.abort();
  expect([...types]).toEqual(["trial.finished"]);
  expect(ids).toEqual(Array.from({ length: 2 * history }, (_, index) => index + 1));
  await api.close();
});

test("an event stream ends when its token is revoked, and no other one does", async () => {
  const service = await startService({
    auth: TOKEN_AUTH,
    limits: { eventAccessMs: 20 },
    scheduler: false,
  });
  const admin = { token: ADMIN_TOKEN };
  const url = await service.listen();
  const open = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const reply = await fetch(`${url}/v1/events`, { headers, signal: AbortSignal.timeout(15_000) });
    expect(reply.status).toBe(200);
    return reply;
  };
  const kept = await open(await service.token("read"));
  const made = await service.call("POST", "/v1/tokens", { name: "leaves", scope: "read" }, admin);
  const revoked = await open(made.body.token);
  expect(await clients(service, admin)).toBe(2);
  await service.call("DELETE", `/v1/tokens/${made.body.id}`, undefined, admin);
  expect(await revoked.text()).toMatch(/^retry: 1000\n/);
  expect(await clients(service, admin)).toBe(1);
  await kept.body?.cancel();
  await service.close();
});

function eventOf(id: number) {
  return { id: String(id), type: "trial.finished", text: "x".repeat(1000) };
}

async function openStream(api: TestApi, query = ""): Promise<Socket> {
  const url = new URL(await api.listen());
  const socket = connect(Number(url.port), "127.0.0.1");
  socket.write(`GET /v1/events${query} HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);
  return socket;
}

async function clients(api: TestApi, options: CallOptions = {}): Promise<number> {
  const { text } = await api.call("GET", "/metrics", undefined, options);
  return Number(/^fettle_event_clients (\d+)/m.exec(text)?.[1]);
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}
