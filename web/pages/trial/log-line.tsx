import { ansiRuns, plainText } from "./ansi.ts";
import { type Mark, marksOf, type Search } from "./log-search.ts";

interface LogLineProps {
  line: string;
  /** Null: nothing is looked for. */
  search: Search | null;
  current: boolean;
}

/** Characters of a line that are shown. */
const SHOWN = 10_000;

/** A line of a log: its colours, and what is looked for marked. Text all of it, whatever it holds. */
export function LogLine({ line: whole, search, current }: LogLineProps) {
  const line = whole.slice(0, SHOWN);
  const marks = search === null ? [] : marksOf(plainText(line), search);
  let at = 0;
  return (
    <>
      {ansiRuns(line).map(({ text, color, bold }, index) => {
        const from = at;
        at += text.length;
        const style = {
          ...(color === null ? {} : { color }),
          ...(bold ? { fontWeight: 700 } : {}),
        };
        return (
          <span key={index} style={style}>
            {pieces(text, from, marks).map(({ piece, marked }, part) =>
              marked ? (
                <mark key={part} style={current ? { outline: "2px solid var(--focus)" } : {}}>
                  {piece}
                </mark>
              ) : (
                piece
              ),
            )}
          </span>
        );
      })}
      {whole.length > SHOWN ? <span class="muted"> … {whole.length - SHOWN} more characters</span> : null}
    </>
  );
}

/** A text that begins at `from` in its line, cut where marks begin and end. */
function pieces(text: string, from: number, marks: readonly Mark[]): { piece: string; marked: boolean }[] {
  const found: { piece: string; marked: boolean }[] = [];
  let at = from;
  const end = from + text.length;
  const push = (to: number, marked: boolean) => {
    if (to > at) found.push({ piece: text.slice(at - from, to - from), marked });
    at = Math.max(at, to);
  };
  for (const [start, stop] of marks) {
    if (stop <= at || start >= end) continue;
    push(Math.max(at, start), false);
    push(Math.min(end, stop), true);
  }
  push(end, false);
  return found;
}
