import { lookup } from "node:dns/promises";
import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { messageOf } from "../../core/errors.ts";
import { stringifyWire } from "../../core/number.ts";
import type { SendOutcome, WebhookEvent, WebhookSender, WebhookTarget } from "../../core/webhook.ts";
import { SIGNATURE_HEADER, signature } from "./sign.ts";
import {
  type Address,
  type PinnedTarget,
  pinTarget,
  RefusedTargetError,
  type Resolve,
  refuseUrl,
  type TargetPolicy,
} from "./target.ts";

/** For everything together: name, connection, TLS, answer. */
const TIMEOUT_MS = 5_000;
/** Read of a reply, so that the receiver can finish writing it; nothing of it is looked at. */
const REPLY_BYTES = 64 * 1024;

export interface SenderOptions {
  policy: TargetPolicy;
  /** Milliseconds since the epoch: the signature's time. */
  now: () => number;
  /** Default: the system's resolver. */
  resolve?: Resolve;
  timeoutMs?: number;
}

/** Sends webhooks over HTTPS, to what the policy allows and nothing else; never follows a redirect. */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { policy, now, resolve = resolveAll, timeoutMs = TIMEOUT_MS } = options;

  async function send(target: WebhookTarget, event: WebhookEvent): Promise<SendOutcome> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      const pinned = await until(deadline.signal, pinTarget(target.url, policy, resolve));
      const body = stringifyWire(event);
      const signed = signature(target.secret, body, Math.floor(now() / 1000));
      return outcomeOf(await post(pinned, body, signed, deadline.signal));
    } catch (error) {
      return { type: "failed", status: null, error: explain(error, deadline.signal.aborted, timeoutMs) };
    } finally {
      clearTimeout(timer);
    }
  }

  return { refuse: (url) => refuseUrl(url, policy), send };
}

/** One POST to the pinned addresses; resolves with the reply's status. */
function post(
  { url, addresses }: PinnedTarget,
  body: string,
  signed: string,
  signal: AbortSignal,
): Promise<number> {
  const options: RequestOptions = {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": "Fettle-Webhook",
      [SIGNATURE_HEADER]: signed,
    },
    // A connection of its own: a pooled one could have been opened to an address that is no longer allowed.
    agent: false,
    lookup: pinnedLookup(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    const request = (url.protocol === "https:" ? https : http).request(url, options);
    request.once("response", (response) => {
      status = response.statusCode as number;
      discard(response, status, resolve);
    });
    request.on("error", (error) => (status === undefined ? reject(error) : resolve(status)));
    request.end(body);
  });
}

/** The status decides, so a reply that breaks off, drips or floods is still that reply. */
function discard(response: IncomingMessage, status: number, done: (status: number) => void): void {
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > REPLY_BYTES) response.destroy();
  });
  response.on("error", () => undefined);
  response.once("close", () => done(status));
}

/** Answers with what was checked, whatever the name resolves to by now. */
function pinnedLookup(addresses: readonly Address[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses as [Address];
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

async function resolveAll(hostname: string): Promise<Address[]> {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 4 ? 4 : 6 }));
}

/** A DNS query cannot be called off; one that outlives the deadline is left behind. */
function until<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function outcomeOf(status: number): SendOutcome {
  if (status >= 200 && status < 300) return { type: "delivered", status };
  if (status === 410) return { type: "gone" };
  const redirect = status >= 300 && status < 400 ? " Redirects are not followed." : "";
  return { type: "failed", status, error: `The receiver answered ${status}.${redirect}` };
}

function explain(error: unknown, timedOut: boolean, timeoutMs: number): string {
  if (error instanceof RefusedTargetError) return `The URL is refused: ${error.message}.`;
  if (timedOut) return `No answer within ${timeoutMs / 1000} s.`;
  const code = (error as NodeJS.ErrnoException).code;
  return `The receiver was not reached: ${code ?? messageOf(error)}.`;
}
