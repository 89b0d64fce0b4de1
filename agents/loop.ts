import { messageOf } from "../core/errors.ts";
import type { Capacity } from "../core/placement.ts";
import { type Assignment, type HeartbeatReply, overlapProblem } from "../core/protocol.ts";
import { type Attempts, createAttempts } from "./attempts.ts";
import { type Checkpoints, openCheckpoints } from "./checkpoints.ts";
import { type ClaimContext, startClaimer } from "./claimer.ts";
import { type AgentClient, createClient, RequestError, replyTimeoutMs } from "./client.ts";
import type { AgentOptions } from "./config.ts";
import { type AgentMode, type Control, createControl } from "./control.ts";
import { type HeartbeatContext, startHeartbeat } from "./heartbeat.ts";
import { type Host, openHost } from "./host.ts";
import { createLeases, type Leases } from "./lease.ts";
import { runAttempt } from "./run-attempt.ts";
import { openSession, type Session } from "./session.ts";
import { lockStateDir } from "./state-lock.ts";
import { createStopWatch } from "./stop-watch.ts";
import { watchTrust } from "./trust-watch.ts";

/** An agent: it claims trials, runs them on this host, and keeps the server told. */
export interface Agent {
  /** Rejects with a FettleError when the agent cannot start: wrong options, a locked state directory, a refused token. */
  done: Promise<AgentEnd>;
  /** Takes nothing new, finishes what runs, then ends. */
  drain(): void;
  /** Ends what runs (TERM, killGrace, KILL) and gives it back to the queue, then ends. */
  stop(): void;
}

export interface AgentEnd {
  cause: "drained" | "stopped" | "superseded";
  message: string;
  /** For the process: 0, or 5 (conflict) when a newer agent of this name is served. */
  exitCode: number;
}

export function startAgent(options: AgentOptions): Agent {
  const control = createControl();
  return {
    done: live(options, control),
    drain: () => control.advance("draining"),
    stop: () => control.advance("stopping"),
  };
}

async function live(options: AgentOptions, control: Control): Promise<AgentEnd> {
  const unlock = lockStateDir(options.stateDir);
  try {
    const host = await openHost(options);
    const client = createClient(options.url, options.token);
    const log = (message: string) => options.log.warn({}, message);
    const registration = { client, randomness: options.randomness, signal: control.ending, log };
    const session = await openSession(registration, host.offer());
    if (session !== null) await serve({ options, control, host, client, session });
    return endOf(control.mode(), options.name);
  } finally {
    unlock();
  }
}

function endOf(mode: AgentMode, name: string): AgentEnd {
  switch (mode) {
    case "superseded":
      return {
        cause: "superseded",
        message: `a newer agent registered as "${name}" and is served in place of this one; give each agent its own name`,
        exitCode: 5,
      };
    case "stopping":
      return {
        cause: "stopped",
        message: "the agent was stopped; its trials went back to the queue",
        exitCode: 0,
      };
    default:
      return { cause: "drained", message: "the agent has finished its trials", exitCode: 0 };
  }
}

/** What the loops of one agent share. */
interface Parts {
  options: AgentOptions;
  control: Control;
  host: Host;
  client: AgentClient;
  session: Session;
  leases: Leases;
  attempts: Attempts;
  checkpoints: Checkpoints;
  /** Kills what is out of trust: before each request, and whenever a window passes. */
  fenceExpired: () => void;
  /** The server asked this agent to take nothing new. */
  told: { drain: boolean };
}

async function serve(
  base: Pick<Parts, "options" | "control" | "host" | "client" | "session">,
): Promise<void> {
  const { options, control } = base;
  const leases = createLeases(options.clock);
  const attempts = createAttempts(({ assignment }) => {
    leases.remove(assignment);
    claimer.capacityChanged();
  });
  const fenceExpired = () => attempts.fence(leases.takeExpired(), "expired");
  const checkpoints = openCheckpoints(base);
  const parts: Parts = { ...base, leases, attempts, checkpoints, fenceExpired, told: { drain: false } };
  const unwatch = watchTrust(leases, options.clock, fenceExpired);
  const heartbeat = startHeartbeat(heartbeatContext(parts, () => claimer.capacityChanged()));
  const stopWatch = createStopWatch(() => heartbeat.beat(), options.clock);
  const claimer = startClaimer(claimContext(parts, () => heartbeat.beat(), stopWatch.reported));
  control.onChange((mode) => enforce(mode, attempts));
  await aborted(control.ending);
  await claimer.end();
  await attempts.idle();
  await checkpoints.end(base.session.intervals.heartbeatMs / 2);
  stopWatch.end();
  await heartbeat.end();
  unwatch();
  if (control.mode() !== "superseded") await farewell(parts);
}

/** Also for attempts that start after the step: a claim under way may still bring one. */
function enforce(mode: AgentMode, attempts: Attempts): void {
  if (mode === "stopping") attempts.shutDownAll();
  if (mode === "superseded") attempts.fenceAll("superseded");
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function heartbeatContext(parts: Parts, capacityChanged: () => void): HeartbeatContext {
  const { options, control, host, session, leases, attempts, checkpoints } = parts;
  return {
    leases,
    clock: options.clock,
    randomness: options.randomness,
    intervals: () => session.intervals,
    fenceExpired: parts.fenceExpired,
    async send(held, timeoutMs) {
      const gpus = host.newInventory();
      const discarded = checkpoints.discarded();
      const request = {
        state: stateOf(parts),
        held,
        ...(discarded.length === 0 ? {} : { discarded }),
        ...(gpus === null ? {} : { gpus }),
      };
      const reply = await session.heartbeat(request, { timeoutMs });
      if (gpus !== null) host.inventoryTold();
      checkpoints.discardsTold(discarded);
      return reply;
    },
    onReply(reply) {
      adopt(parts, reply, capacityChanged);
      for (const command of reply.commands) attempts.command(command);
      void checkpoints.discard(reply.discard, (trialId) => attempts.trialIds().has(trialId));
      // Never awaited: a slow disk or a hanging GPU driver must not hold up the next heartbeat.
      void host.tend(attempts.trialIds()).then((changed) => changed && capacityChanged());
    },
    async onFailure(error) {
      if (error.remedy === "stale-session") control.advance("superseded");
      if (error.remedy === "register") await registerAgain(parts);
    },
    onRecovery() {
      options.log.info({}, "the server answers again");
      // A poll under way may hang on a connection that the outage has cut silently.
      capacityChanged();
    },
    log: (message) => options.log.warn({}, message),
  };
}

function stateOf({ control, told }: Parts): "up" | "draining" {
  return control.mode() === "serving" && !told.drain ? "up" : "draining";
}

function adopt(parts: Parts, reply: HeartbeatReply, capacityChanged: () => void): void {
  const { session, told, options } = parts;
  const problem = overlapProblem(reply.intervals);
  if (problem !== null) options.log.error({}, `the server's intervals are unsafe: ${problem}`);
  session.adopt(reply.intervals);
  if (told.drain === reply.drain) return;
  told.drain = reply.drain;
  options.log.info({}, reply.drain ? "the server asked for no new trials" : "takes trials again");
  capacityChanged();
}

async function registerAgain({ session, host, options, control }: Parts): Promise<void> {
  try {
    await session.renew(host.offer());
    options.log.info({}, "registered again: the server did not know this agent any more");
  } catch (error) {
    if (error instanceof RequestError && error.remedy === "stale-session") control.advance("superseded");
    options.log.warn({}, `could not register again: ${messageOf(error)}`);
  }
}

function claimContext(parts: Parts, beat: () => Promise<void>, reported: () => void): ClaimContext {
  const { options, control, session } = parts;
  return {
    clock: options.clock,
    randomness: options.randomness,
    intervals: () => session.intervals,
    free: () => freeCapacity(parts),
    send(request, signal) {
      parts.fenceExpired();
      return session.claim(request, { signal, timeoutMs: replyTimeoutMs(session.intervals) });
    },
    onAssignments(assignments, sentAt) {
      for (const assignment of assignments) begin(parts, assignment, sentAt, beat, reported);
      enforce(control.mode(), parts.attempts);
    },
    async onFailure(error) {
      if (error.remedy === "stale-session") control.advance("superseded");
      // The heartbeat alone registers again, so that it happens once.
      if (error.remedy === "register") await beat();
    },
    log: (message) => options.log.warn({}, message),
  };
}

function freeCapacity({ control, host, attempts, told }: Parts): Capacity {
  const free = host.free(attempts.size());
  return control.mode() === "serving" && !told.drain ? free : { ...free, slots: 0 };
}

function begin(
  parts: Parts,
  assignment: Assignment,
  sentAt: number,
  confirm: () => Promise<void>,
  reported: () => void,
): void {
  const { options, host, client, session, leases, attempts, checkpoints } = parts;
  if (attempts.has(assignment)) return;
  leases.add(assignment, sentAt, session.intervals);
  attempts.start(assignment, () =>
    runAttempt(
      {
        options,
        host,
        client,
        session: session.id,
        leases,
        checkpoints,
        confirm,
        reported,
        intervals: () => session.intervals,
      },
      assignment,
    ),
  );
}

/** Tells the server that nothing runs here any more; it is not waited for if it does not answer. */
async function farewell({ session, options }: Parts): Promise<void> {
  try {
    const timeoutMs = replyTimeoutMs(session.intervals);
    await session.heartbeat({ state: "draining", held: [] }, { timeoutMs });
  } catch (error) {
    options.log.warn({}, `the server was not told of the end: ${messageOf(error)}`);
  }
}
