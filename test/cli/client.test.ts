import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { exitCodeOf, ServerError } from "../../cli/failure.ts";
import { freePort } from "../support/free-port.ts";

type Answer = (request: IncomingMessage, reply: ServerResponse) => void;

let server: Server;
let requests: IncomingMessage[];
let answers: Answer[];
let client: Client;

/** Each request is answered by the next of `answers`; the last one answers for good. */
beforeEach(async () => {
  requests = [];
  answers = [];
  server = createServer((request, reply) => {
    requests.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    request.resume().on("end", () => answer?.(request, reply));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createClient({ url, token: "secret-token" });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json =
  (status: number, body: unknown, type = "application/json"): Answer =>
  (_, reply) =>
    void reply.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
const cut: Answer = (request) => request.socket.destroy();

test("a request carries the token and leaves out what is not set", async () => {
  answers = [json(200, { items: [] })];
  expect(await client.get("/v1/things", { state: undefined, limit: 5, all: true })).toEqual({ items: [] });
  expect(requests[0]?.url).toBe("/v1/things?limit=5&all=true");
  expect(requests[0]?.headers.authorization).toBe("Bearer secret-token");
});

test("a post that is sent again after a broken connection has the same Idempotency-Key", async () => {
  answers = [cut, json(201, { name: "x" })];
  expect(await client.post("/v1/things", { a: 1 })).toEqual({ name: "x" });
  const keys = requests.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).toBe(keys[0]);
});

test("two posts have different keys", async () => {
  answers = [json(201, {})];
  await client.post("/v1/things");
  await client.post("/v1/things");
  expect(requests[0]?.headers["idempotency-key"]).not.toBe(requests[1]?.headers["idempotency-key"]);
});

test("a patch is a merge patch of the version that was read", async () => {
  answers = [json(200, {})];
  await client.patch("/v1/things/x", { a: null }, { etag: '"3"', query: { dryRun: true } });
  expect(requests[0]).toMatchObject({ method: "PATCH", url: "/v1/things/x?dryRun=true" });
  expect(requests[0]?.headers).toMatchObject({
    "content-type": "application/merge-patch+json",
    "if-match": '"3"',
  });
});

test("a problem becomes the error that it describes, with fields, hint and request", async () => {
  const problem = {
    type: "x",
    title: "x",
    status: 422,
    code: "invalid-study",
    detail: "The study can never run.",
    hint: "Change it.",
    requestId: "r-7",
    errors: [{ pointer: "/seed", code: "range", message: "Too low.", hint: "Use 0." }],
  };
  answers = [json(422, problem, "application/problem+json")];
  const error = await client.post("/v1/things").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServerError);
  expect(error).toMatchObject({
    code: "invalid-study",
    message: "The study can never run.",
    hint: "Change it.",
    requestId: "r-7",
    fields: problem.errors,
  });
});

test("a code of a newer server is a failure all the same", async () => {
  answers = [json(418, { code: "brand-new", detail: "Something new." }, "application/problem+json")];
  await expect(client.get("/v1/things")).rejects.toMatchObject({
    code: "internal",
    message: "Something new.",
  });
});

test("something else on the port is said to be something else", async () => {
  answers = [(_, reply) => void reply.writeHead(404).end("<html>not found</html>")];
  await expect(client.get("/v1/things")).rejects.toMatchObject({
    code: "server-unreachable",
    hint: expect.stringContaining("--url"),
  });
});

test("a server that is not there is said to be, at once, with the way to start one", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const nobody = createClient({ url, token: undefined });
  const error = await nobody.get("/v1/things").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "server-unreachable",
    message: `No Fettle server answers at ${url} (ECONNREFUSED).`,
    hint: expect.stringContaining("fettle up"),
  });
  expect(exitCodeOf(error)).toBe(6);
});

test("events go on where a broken connection left off", { timeout: 10_000 }, async () => {
  const event = (id: number) => `id: ${id}\nevent: trial.finished\ndata: {"seq":${id}}\n\n`;
  const stream =
    (text: string, end: boolean): Answer =>
    (_, reply) => {
      reply.writeHead(200, { "content-type": "text/event-stream" }).write(text);
      if (end) reply.end();
    };
  answers = [stream(`: hello\n\n${event(1)}${event(2)}`, true), stream(event(3), false)];
  const stop = new AbortController();
  const seen: number[] = [];
  for await (const { seq } of client.events({ study: "x" }, stop.signal)) {
    seen.push(seq);
    if (seq === 3) stop.abort();
  }
  expect(seen).toEqual([1, 2, 3]);
  expect(requests.map(({ url }) => url)).toEqual(["/v1/events?study=x", "/v1/events?study=x&lastEventId=2"]);
});
