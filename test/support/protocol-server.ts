import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import type { z } from "zod";
import { ERROR_CODES, type ErrorCode } from "../../core/errors.ts";
import type { WireNumber } from "../../core/number.ts";
import { misfit } from "../../core/placement.ts";
import {
  type AgentCommand,
  type Assignment,
  assignmentSpecSchema,
  claimRequestSchema,
  DEFAULT_INTERVALS,
  type HeartbeatRequest,
  heartbeatRequestSchema,
  type Intervals,
  type RegisterRequest,
  type ReportReply,
  type ResultRequest,
  registerRequestSchema,
  reportRequestSchema,
  resultRequestSchema,
  scaleIntervals,
} from "../../core/protocol.ts";
import type { StopKind } from "../../core/trial.ts";

/**
 * The agent protocol on a real HTTP server, kept in memory: what an agent's tests run against. It judges every
 * request with the schemas of core/protocol.ts and notes what breaks them, keeps leases by its own clock, gives lost
 * trials away again, and can be told to misbehave as networks do.
 */

export type Route = "register" | "claim" | "heartbeat" | "metrics" | "log" | "result";

/** What happens to one request. */
export type Fault =
  | { type: "none" }
  /** The connection is cut before anything happened. */
  | { type: "cut" }
  /** It is done, then the connection is cut: the reply is lost. */
  | { type: "lose-reply" }
  /** No reply ever comes (half-open connection); nothing happened. */
  | { type: "hang" }
  | { type: "delay-reply"; ms: number }
  | { type: "refuse"; code: ErrorCode; retryAfterSeconds?: number };

export interface ServedRequest {
  route: Route;
  /** performance.now() of this process. */
  at: number;
  trialId: string | null;
  attempt: number | null;
  body: unknown;
}

export interface ServedAttempt {
  assignment: Assignment;
  agentId: string;
  leaseUntil: number;
  startedAt: number;
  /** When its result came; null until then. */
  endedAt: number | null;
  /** Set when the lease passed and the trial was given away, or the test took it. */
  lostAt: number | null;
  stop: { kind: StopKind; reason: string } | null;
  /** In the order of arrival, each (name, step) once. */
  points: { name: string; step: number; value: WireNumber }[];
  duplicates: number;
  conflicts: number;
  log: Buffer;
  result: ResultRequest | null;
  /** Requests with a result that were accepted as new. */
  resultsRecorded: number;
}

interface ServedAgent {
  id: string;
  request: RegisterRequest;
  heartbeats: HeartbeatRequest[];
}

export interface ProtocolServer {
  url: string;
  intervals: Intervals;
  agents: ServedAgent[];
  attempts: ServedAttempt[];
  requests: ServedRequest[];
  /** Sentences about requests that broke the protocol. Tests expect none. */
  violations: string[];
  /** Queues one trial; its id. */
  enqueue(spec: z.input<typeof assignmentSpecSchema>, overrides?: Partial<Assignment>): string;
  attemptsOf(trialId: string): ServedAttempt[];
  /** Told with the next heartbeat and the next report's reply. */
  requestStop(trialId: string, kind: StopKind): void;
  /** As if it had been given away: every later word of it is stale. */
  takeAway(trialId: string): void;
  /** Decides what happens to each request from now on. */
  setFault(fault: (request: ServedRequest) => Fault): void;
  setIntervals(intervals: Intervals): void;
  setDrain(drain: boolean): void;
  forgetAgents(): void;
  close(): Promise<void>;
}

/** Default intervals / 20: a lease is 3 s, a heartbeat 0.5 s. */
export const FAST: Intervals = scaleIntervals(DEFAULT_INTERVALS, 20);

export async function startProtocolServer(intervals: Intervals = FAST): Promise<ProtocolServer> {
  const state = createState(intervals);
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => {
      state.violations.push(`server: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const reaper = setInterval(() => reap(state), 20);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    agents: state.agents,
    attempts: state.attempts,
    requests: state.requests,
    violations: state.violations,
    get intervals() {
      return state.intervals;
    },
    enqueue(spec, overrides = {}) {
      const assignment = createAssignment(state, spec, overrides);
      state.queue.push(assignment);
      wake(state);
      return assignment.trialId;
    },
    attemptsOf: (trialId) => state.attempts.filter((attempt) => attempt.assignment.trialId === trialId),
    requestStop(trialId, kind) {
      for (const attempt of current(state, trialId)) attempt.stop = { kind, reason: `the test said ${kind}` };
    },
    takeAway(trialId) {
      for (const attempt of current(state, trialId)) attempt.lostAt = performance.now();
    },
    setFault(fault) {
      state.fault = fault;
    },
    setIntervals(changed) {
      state.intervals = changed;
    },
    setDrain(drain) {
      state.drain = drain;
    },
    forgetAgents() {
      state.agents.length = 0;
    },
    async close() {
      clearInterval(reaper);
      wake(state);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  intervals: Intervals;
  agents: ServedAgent[];
  attempts: ServedAttempt[];
  queue: Assignment[];
  claims: Map<string, Assignment[]>;
  requests: ServedRequest[];
  violations: string[];
  waiting: Set<() => void>;
  fault: (request: ServedRequest) => Fault;
  drain: boolean;
  numbered: number;
}

function createState(intervals: Intervals): State {
  return {
    intervals,
    agents: [],
    attempts: [],
    queue: [],
    claims: new Map(),
    requests: [],
    violations: [],
    waiting: new Set(),
    fault: () => ({ type: "none" }),
    drain: false,
    numbered: 0,
  };
}

function createAssignment(
  state: State,
  spec: z.input<typeof assignmentSpecSchema>,
  overrides: Partial<Assignment>,
): Assignment {
  return {
    studyId: randomUUID(),
    study: "study",
    project: "default",
    trialId: randomUUID(),
    trial: state.numbered++,
    attempt: 1,
    params: {},
    seed: 1,
    budget: null,
    from: null,
    spec: assignmentSpecSchema.parse(spec),
    token: "attempt-token",
    ...overrides,
  };
}

const PATHS: readonly [RegExp, Route][] = [
  [/^\/v1\/agents$/, "register"],
  [/^\/v1\/agents\/([^/]+)\/claim$/, "claim"],
  [/^\/v1\/agents\/([^/]+)\/heartbeat$/, "heartbeat"],
  [/^\/v1\/attempts\/([^/]+)\/(\d+)\/metrics$/, "metrics"],
  [/^\/v1\/attempts\/([^/]+)\/(\d+)\/log$/, "log"],
  [/^\/v1\/attempts\/([^/]+)\/(\d+)\/result$/, "result"],
];

class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string = code) {
    super(message);
    this.code = code;
  }
}

async function serve(state: State, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const found = PATHS.map(([pattern, route]) => ({ route, match: pattern.exec(url.pathname) })).find(
    (path) => path.match,
  );
  const bytes = await readBody(incoming);
  if (found?.match == null || incoming.method !== "POST") {
    state.violations.push(`${incoming.method} ${incoming.url} is no route`);
    return reply(response, 404, { code: "not-found" });
  }
  const { route, match } = found;
  const ofAttempt = route === "metrics" || route === "log" || route === "result";
  const body: unknown = route === "log" ? bytes : JSON.parse(bytes.toString("utf8"));
  const request: ServedRequest = {
    route,
    at: performance.now(),
    trialId: ofAttempt ? (match[1] ?? null) : null,
    attempt: ofAttempt ? Number(match[2]) : null,
    body,
  };
  state.requests.push(request);
  const fault = state.fault(request);
  if (fault.type === "cut") return void response.destroy();
  if (fault.type === "hang") return;
  try {
    if (fault.type === "refuse") throw new Refusal(fault.code);
    const answer = await answerTo(
      state,
      request,
      match[1] ?? "",
      Number(url.searchParams.get("offset")),
      response,
    );
    if (fault.type === "delay-reply") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault.type === "lose-reply") return void response.destroy();
    reply(response, 200, answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const retry = fault.type === "refuse" && fault.retryAfterSeconds !== undefined;
    if (retry) response.setHeader("retry-after", String(fault.retryAfterSeconds));
    reply(response, ERROR_CODES[error.code].status, { code: error.code, detail: error.message });
  }
}

function answerTo(
  state: State,
  request: ServedRequest,
  id: string,
  offset: number,
  response: ServerResponse,
): Promise<unknown> | unknown {
  switch (request.route) {
    case "register":
      return register(state, parse(state, registerRequestSchema, request));
    case "claim":
      return claim(state, id, parse(state, claimRequestSchema, request), response);
    case "heartbeat":
      return heartbeat(state, id, parse(state, heartbeatRequestSchema, request));
    case "metrics":
      return report(find(state, request), parse(state, reportRequestSchema, request).points);
    case "log":
      return appendLog(find(state, request), offset, request.body as Buffer);
    case "result":
      return finish(state, request, parse(state, resultRequestSchema, request));
  }
}

function register(state: State, request: RegisterRequest): unknown {
  const known = state.agents.find((agent) => agent.request.name === request.name);
  const agent = known ?? { id: randomUUID(), request, heartbeats: [] };
  agent.request = request;
  if (known === undefined) state.agents.push(agent);
  return { agentId: agent.id, intervals: state.intervals };
}

function agentOf(state: State, id: string, session: string): ServedAgent {
  const agent = state.agents.find((candidate) => candidate.id === id);
  if (agent === undefined) throw new Refusal("agent-unknown");
  if (agent.request.session !== session)
    throw new Refusal("stale-session", "a newer agent of this name is served");
  return agent;
}

async function claim(
  state: State,
  agentId: string,
  request: z.infer<typeof claimRequestSchema>,
  response: ServerResponse,
): Promise<unknown> {
  const deadline = performance.now() + request.waitMs;
  const key = `${request.session}/${request.requestId}`;
  for (;;) {
    agentOf(state, agentId, request.session);
    const known = state.claims.get(key);
    if (known !== undefined) return { assignments: known };
    // The agent gave this poll up; whatever it claimed now would reach nobody.
    if (response.destroyed) return { assignments: [] };
    const index = state.drain
      ? -1
      : state.queue.findIndex(({ spec }) => misfit(spec.resources, request.free) === null);
    if (index >= 0) return { assignments: take(state, agentId, key, index) };
    if (performance.now() >= deadline) return { assignments: [] };
    await waitForWork(state, deadline - performance.now());
  }
}

/** One at a time: enough for any `max`, and every agent must cope with it. */
function take(state: State, agentId: string, key: string, index: number): Assignment[] {
  const assignments = state.queue.splice(index, 1);
  for (const assignment of assignments) {
    const now = performance.now();
    state.attempts.push({
      assignment,
      agentId,
      leaseUntil: now + state.intervals.leaseMs,
      startedAt: now,
      endedAt: null,
      lostAt: null,
      stop: null,
      points: [],
      duplicates: 0,
      conflicts: 0,
      log: Buffer.alloc(0),
      result: null,
      resultsRecorded: 0,
    });
  }
  state.claims.set(key, assignments);
  return assignments;
}

function waitForWork(state: State, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      state.waiting.delete(finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    state.waiting.add(finish);
  });
}

function wake(state: State): void {
  for (const finish of [...state.waiting]) finish();
}

function heartbeat(state: State, agentId: string, request: HeartbeatRequest): unknown {
  const agent = agentOf(state, agentId, request.session);
  agent.heartbeats.push(request);
  const commands: AgentCommand[] = [];
  for (const { trialId, attempt: number } of request.held) {
    const attempt = state.attempts.find((item) => isAttempt(item, trialId, number));
    if (attempt === undefined || !isCurrent(attempt))
      commands.push({ type: "stale", trialId, attempt: number });
    else {
      attempt.leaseUntil = performance.now() + state.intervals.leaseMs;
      if (attempt.stop) commands.push({ type: "stop", trialId, attempt: number, ...attempt.stop });
    }
  }
  return { commands, drain: state.drain, discard: [], intervals: state.intervals };
}

function report(
  attempt: ServedAttempt,
  points: readonly { name: string; step?: number | undefined; value: WireNumber }[],
): ReportReply {
  const counts = { accepted: 0, duplicates: 0, conflicts: 0 };
  for (const { name, step = 0, value } of points) {
    const known = attempt.points.find((point) => point.name === name && point.step === step);
    if (known === undefined) attempt.points.push({ name, step, value });
    counts[known === undefined ? "accepted" : known.value === value ? "duplicates" : "conflicts"] += 1;
  }
  attempt.duplicates += counts.duplicates;
  attempt.conflicts += counts.conflicts;
  return {
    ...counts,
    shouldStop: attempt.stop !== null,
    kind: attempt.stop?.kind ?? null,
    reason: attempt.stop?.reason ?? null,
  };
}

function appendLog(attempt: ServedAttempt, offset: number, bytes: Buffer): unknown {
  const end = attempt.log.length;
  if (offset > end) throw new Refusal("conflict", `the next offset is ${end}`);
  attempt.log = Buffer.concat([attempt.log, bytes.subarray(end - offset)]);
  return { nextOffset: attempt.log.length };
}

function finish(state: State, request: ServedRequest, result: ResultRequest): unknown {
  const ended = state.attempts.find(
    (item) => isAttempt(item, request.trialId, request.attempt) && item.result !== null,
  );
  if (ended !== undefined && JSON.stringify(ended.result) === JSON.stringify(result))
    return { recorded: false };
  const attempt = find(state, request);
  attempt.result = result;
  attempt.endedAt = performance.now();
  attempt.resultsRecorded += 1;
  return { recorded: true };
}

function find(state: State, request: ServedRequest): ServedAttempt {
  const attempt = state.attempts.find((item) => isAttempt(item, request.trialId, request.attempt));
  if (attempt === undefined || !isCurrent(attempt)) throw new Refusal("stale-attempt");
  return attempt;
}

function current(state: State, trialId: string): ServedAttempt[] {
  return state.attempts.filter((attempt) => attempt.assignment.trialId === trialId && isCurrent(attempt));
}

function isAttempt({ assignment }: ServedAttempt, trialId: string | null, attempt: number | null): boolean {
  return assignment.trialId === trialId && assignment.attempt === attempt;
}

function isCurrent(attempt: ServedAttempt): boolean {
  return attempt.lostAt === null && attempt.result === null;
}

/** What the scheduler's sweep does: past lease + grace the trial goes back to the queue as the next attempt. */
function reap(state: State): void {
  const now = performance.now();
  for (const attempt of state.attempts) {
    if (!isCurrent(attempt) || now < attempt.leaseUntil + state.intervals.graceMs) continue;
    attempt.lostAt = now;
    state.queue.push({ ...attempt.assignment, attempt: attempt.assignment.attempt + 1 });
    wake(state);
  }
}

function parse<Schema extends z.ZodType>(
  state: State,
  schema: Schema,
  request: ServedRequest,
): z.infer<Schema> {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  state.violations.push(`${request.route}: ${parsed.error.message} in ${JSON.stringify(request.body)}`);
  throw new Refusal("invalid-input", parsed.error.message);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "content-type": status === 200 ? "application/json" : "application/problem+json",
  });
  response.end(JSON.stringify(body));
}
