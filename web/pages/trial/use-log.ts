import { useEffect, useState } from "preact/hooks";
import { ProblemError } from "../../api/problem.ts";
import { followLog, type LogPlace, PAGE_BYTES, readPart } from "./log-source.ts";

export interface LogState {
  lines: readonly string[];
  /** How many lines were put before those that were read first, less those let go. */
  shift: number;
  /** Bytes before the first line shown; null: unknown, since lines were let go. */
  before: number | null;
  truncatedBytes: number;
  /** Still being written to. */
  live: boolean;
  loading: boolean;
  error: ProblemError | null;
}

/** Lines kept while following; older ones are let go, so that the page does not grow for ever. */
const MOST_LINES = 100_000;
/** A burst of output is shown in one go. Milliseconds. */
const GATHER_MS = 100;

const NOTHING: LogState = {
  lines: [],
  shift: 0,
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
    const to = state.before ?? 0;
    const from = Math.max(0, to - PAGE_BYTES);
    setState((now) => ({ ...now, loading: true }));
    try {
      const part = await readPart(place, from, to - from);
      const earlier = withoutLastBreak(part.text).split("\n");
      setState((now) => ({
        ...now,
        lines: [...earlier, ...now.lines],
        shift: now.shift + earlier.length,
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
      shift: 0,
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
    change((now) => appended(now, text));
  };
  await followLog(place, offset, signal, (text) => {
    if (gathered === "") setTimeout(flush, GATHER_MS);
    gathered += text;
  });
  change((now) => ({ ...now, live: false }));
}

/** The last line goes on with the text's first. */
function appended(now: LogState, text: string): LogState {
  const [first = "", ...more] = text.split("\n");
  const lines = [...now.lines.slice(0, -1), (now.lines.at(-1) ?? "") + first, ...more];
  const letGo = Math.max(0, lines.length - MOST_LINES);
  if (letGo === 0) return { ...now, lines };
  return { ...now, lines: lines.slice(letGo), shift: now.shift - letGo, before: null };
}

function withoutLastBreak(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
