import { onEvents } from "./live.ts";
import { authorization } from "./session.ts";

/**
 * What a page is known to ask for is asked before its code has come. An answer is handed out once; what has happened in the
 * meantime is not in it, so events void those that wait.
 */
const begun = new Map<string, Promise<Response>>();

/** Begins to read these paths of the API, and forgets what was begun for another page. */
export function askAhead(paths: readonly string[]): void {
  begun.clear();
  for (const path of paths) {
    const answer = fetch(path, { headers: authorization() });
    // Whoever asks is told; nobody might.
    answer.catch(() => undefined);
    begun.set(new URL(path, location.href).href, answer);
  }
}

/** As fetch, with the answer to the same request where it was begun. */
export function fetchBegun(request: Request): Promise<Response> {
  const answer = request.method === "GET" ? begun.get(request.url) : undefined;
  if (answer === undefined) return fetch(request);
  begun.delete(request.url);
  return answer;
}

onEvents(() => begun.clear());
