import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { LogLine } from "./log-line.tsx";
import type { Search } from "./log-search.ts";

/** Height of a line, pixels: lines do not wrap, so that only those in sight need be drawn. */
const LINE = 19;
const MARGIN_LINES = 30;

interface LogViewProps {
  lines: readonly string[];
  /** Changes with the lines put before: what is in sight stays there. */
  shift: number;
  search: Search | null;
  /** The line to bring into sight; -1: none. */
  target: number;
  /** Stay at the end as it grows. */
  follow: boolean;
  onFollow: (follow: boolean) => void;
}

/** A log of any length in a window of its own. */
export function LogView({ lines, shift, search, target, follow, onFollow }: LogViewProps) {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const measure = () => {
    const { scrollTop, clientHeight } = element.current!;
    setView({ top: scrollTop, height: clientHeight });
  };
  useEffect(measure, []);
  useLayoutEffect(() => {
    if (follow) element.current!.scrollTop = element.current!.scrollHeight;
  }, [follow, lines]);
  const shiftBefore = useRef(shift);
  useLayoutEffect(() => {
    element.current!.scrollTop += (shift - shiftBefore.current) * LINE;
    shiftBefore.current = shift;
  }, [shift]);
  useEffect(() => {
    if (target < 0) return;
    element.current!.scrollTop = Math.max(0, target * LINE - element.current!.clientHeight / 3);
  }, [target - shift]);
  const scrolled = () => {
    const { scrollTop, clientHeight, scrollHeight } = element.current!;
    measure();
    const atEnd = scrollTop + clientHeight >= scrollHeight - LINE;
    if (atEnd !== follow && scrollHeight > clientHeight) onFollow(atEnd);
  };
  const first = Math.max(0, Math.floor(view.top / LINE) - MARGIN_LINES);
  const last = Math.min(lines.length, Math.ceil((view.top + view.height) / LINE) + MARGIN_LINES);
  const height = Math.min(Math.max(lines.length, 6) * LINE + 20, Math.max(320, window.innerHeight - 300));
  return (
    <section
      ref={element}
      class="mono"
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      onScroll={scrolled}
      style={{ overflow: "auto", height, background: "var(--sunken)", borderRadius: 6 }}
    >
      <div style={{ height: lines.length * LINE, position: "relative", minWidth: "max-content" }}>
        <div style={{ transform: `translateY(${first * LINE}px)`, padding: "0 10px" }}>
          {lines.slice(first, last).map((line, index) => (
            <div
              key={first + index}
              style={{
                height: LINE,
                lineHeight: `${LINE}px`,
                whiteSpace: "pre",
                ...(first + index === target ? { background: "var(--accent-soft)" } : {}),
              }}
            >
              <LogLine line={line} search={search} current={first + index === target} />
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}
