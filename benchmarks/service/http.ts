import { Agent, request } from "node:http";

/** A lean keep-alive client: the load generator shares the cores with what it measures. */
export interface Http {
  /** Sends JSON, resolves with the parsed reply. @throws on any status outside 200–299, with the body. */
  call<Reply>(method: "GET" | "POST", path: string, body?: unknown): Promise<Reply>;
  close(): void;
}

export function createHttp(base: string, connections: number): Http {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(base);
  const call = <Reply>(method: string, path: string, body?: unknown): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers =
        payload === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
      const outgoing = request({ agent, hostname, port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          if (status < 200 || status > 299) reject(new Error(`${method} ${path}: ${status} ${text}`));
          else resolve((text === "" ? undefined : JSON.parse(text)) as Reply);
        });
        response.on("error", reject);
      });
      outgoing.on("error", reject);
      outgoing.end(payload);
    });
  return { call, close: () => agent.destroy() };
}
