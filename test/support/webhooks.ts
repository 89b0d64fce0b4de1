import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebhookEvent, WebhookSender } from "../../core/webhook.ts";
import { createWebhookSender } from "../../integrations/webhooks/deliver.ts";

/** Sends to receivers on this machine. */
export const LOCAL_WEBHOOKS: WebhookSender = createWebhookSender({
  policy: { allowPrivate: true, allowLoopback: true },
  now: Date.now,
});

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: WebhookEvent;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** What the next requests are answered with. */
  answer: (response: ServerResponse, request: Received) => void;
  close(): Promise<void>;
}

/** A real HTTP server that keeps what it is sent; answers 204 unless told otherwise. `port`: 0 picks one. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const entry = { headers: request.headers, body, event: body === "" ? null : JSON.parse(body) };
      received.push(entry);
      receiver.answer(response, entry);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: answerWith(204),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

export function answerWith(status: number, headers: Record<string, string> = {}): Receiver["answer"] {
  return (response) => void response.writeHead(status, headers).end();
}

/** Whether a request carries a valid signature, as docs/webhooks.md tells a receiver to check it. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const match = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["fettle-signature"]));
  if (match === null) return false;
  const expected = createHmac("sha256", secret).update(`${match[1]}.${body}`).digest("hex");
  return match[2] === expected;
}
