import { api, call } from "../../api/client.ts";
import { project } from "../../app/router.ts";

/** A stretch of an attempt's log, whole lines as far as there are any. */
export interface LogPart {
  text: string;
  /** Bytes: where it begins, and where reading goes on. */
  from: number;
  to: number;
  /** The attempt is over, and this is its end. */
  end: boolean;
  /** Bytes that the agent left out. */
  truncatedBytes: number;
}

export interface LogPlace {
  study: string;
  trial: number;
  attempt: number;
}

/** Bytes of one page of a log. */
export const PAGE_BYTES = 256 * 1024;

/** One page from `offset`. In the middle of the log it begins with the first whole line. @throws ProblemError */
export async function readPart(place: LogPlace, offset: number, maxBytes = PAGE_BYTES): Promise<LogPart> {
  let headers = new Headers();
  const buffer = await call(async () => {
    const answer = await api.GET("/v1/projects/{project}/studies/{study}/trials/{number}/logs", {
      params: { path: pathOf(place), query: { attempt: place.attempt, offset, maxBytes } },
      parseAs: "arrayBuffer",
    });
    headers = answer.response.headers;
    return answer;
  });
  const bytes = new Uint8Array(buffer as ArrayBuffer);
  const cut = offset === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  return {
    text: new TextDecoder().decode(bytes.subarray(cut)),
    from: offset + cut,
    to: Number(headers.get("x-log-next-offset") ?? offset + bytes.length),
    end: headers.get("x-log-end") === "true",
    truncatedBytes: Number(headers.get("x-log-truncated-bytes") ?? 0),
  };
}

const NEWLINE = 10;

/** Calls back with what the attempt prints from `offset` on, until it is over. @throws ProblemError */
export async function followLog(
  place: LogPlace,
  offset: number,
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<void> {
  const body = await call(() =>
    api.GET("/v1/projects/{project}/studies/{study}/trials/{number}/logs", {
      params: { path: pathOf(place), query: { attempt: place.attempt, offset, follow: true } },
      parseAs: "stream",
      signal,
    }),
  );
  const reader = (body as unknown as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || signal.aborted) return;
    print(value);
  }
}

function pathOf({ study, trial }: LogPlace) {
  return { project: project.value, study, number: trial };
}
