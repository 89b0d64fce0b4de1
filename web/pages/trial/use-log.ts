import { useEffect, useState } from "preact/hooks";
import { ProblemError } from "../../api/problem.ts";
import { followLog, type LogPlace, PAGE_BYTES, readPart } from "./log-source.ts";

export interface LogState {
  lines: readonly string[];
  /** Bytes before the first line shown. */
  before: number;
  truncatedBytes: number;
  /** Still being written to. */
  live: boolean;
  loading: boolean;
  error: ProblemError | null;
}

/** Lines kept while following: older ones are read again when they are asked for. */
const MOST_LINES = 100_000;
/** A burst of output is shown in one go. Milliseconds. */
const GATHER_MS = 100;

const NOTHING: LogState = {
  lines: [],
  before: 0,
  truncatedBytes: 0,
  live: false,
  loading: true,
  error: null,
};

/** An attempt's log from its last page on, followed while it runs; earlier pages on demand. */
export function useLog(place: LogPlace, bytes: number, running: boolean) {
  const [state, setState] = useState<LogState>(NOTHING);
  const key = `${place.study}/${place.trial}/${place.attempt}`;

  useEffect(() => {
    const ended = new AbortController();
    setState(NOTHING);
    void open(place, bytes, running, ended.signal, (change) => {
      if (!ended.signal.aborted) setState(change);
    });
    return () => ended.abort();
  }, [key]);

  const loadEarlier = async () => {
    const to = state.before;
    const from = Math.max(0, to - PAGE_BYTES);
    setState((now) => ({ ...now, loading: true }));
    try {
      const part = await readPart(place, from, to - from);
      setState((now) => ({
        ...now,
        lines: [...withoutLastBreak(part.text).split("\n"), ...now.lines],
        before: part.from,
        loading: false,
      }));
    } catch (error) {
      setState((now) => ({ ...now, loading: false, error: error as ProblemError }));
    }
  };
  return { ...state, loadEarlier };
}

type Change = (change: (now: LogState) => LogState) => void;

async function open(
  place: LogPlace,
  bytes: number,
  running: boolean,
  signal: AbortSignal,
  change: Change,
): Promise<void> {
  try {
    const { text, from, to, end, truncatedBytes } = await readPart(place, Math.max(0, bytes - PAGE_BYTES));
    const live = running && !end;
    change(() => ({
      lines: text.split("\n"),
      before: from,
      truncatedBytes,
      live,
      loading: false,
      error: null,
    }));
    if (live) await follow(place, to, signal, change);
  } catch (error) {
    if (signal.aborted) return;
    const problem =
      error instanceof ProblemError
        ? error
        : new ProblemError({ status: 0, code: "unreachable", detail: "The log broke off; reload to go on." });
    change((now) => ({ ...now, loading: false, live: false, error: problem }));
  }
}

async function follow(place: LogPlace, offset: number, signal: AbortSignal, change: Change): Promise<void> {
  let gathered = "";
  const flush = () => {
    const text = gathered;
    gathered = "";
    change((now) => ({ ...now, lines: appended(now.lines, text) }));
  };
  await followLog(place, offset, signal, (text) => {
    if (gathered === "") setTimeout(flush, GATHER_MS);
    gathered += text;
  });
  change((now) => ({ ...now, live: false }));
}

/** The last line goes on with the text's first. */
function appended(lines: readonly string[], text: string): string[] {
  const [first = "", ...more] = text.split("\n");
  return [...lines.slice(-MOST_LINES, -1), (lines.at(-1) ?? "") + first, ...more];
}

function withoutLastBreak(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
