import { ansiRuns, plainText } from "./ansi.ts";

interface LogLineProps {
  line: string;
  /** Lower case; "": nothing is looked for. */
  find: string;
  current: boolean;
}

/** Characters of a line that are shown. */
const SHOWN = 10_000;

/** A line of a log: its colours, and what is looked for marked. Text all of it, whatever it holds. */
export function LogLine({ line: whole, find, current }: LogLineProps) {
  const line = whole.slice(0, SHOWN);
  const marks = find === "" ? [] : occurrences(plainText(line).toLowerCase(), find);
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

type Mark = readonly [from: number, to: number];

function occurrences(text: string, find: string): Mark[] {
  const marks: Mark[] = [];
  for (let at = text.indexOf(find); at !== -1; at = text.indexOf(find, at + find.length))
    marks.push([at, at + find.length]);
  return marks;
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
