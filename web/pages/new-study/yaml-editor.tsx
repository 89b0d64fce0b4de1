import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

const LINE_PX = 19;
const PAD_PX = 8;
const FEWEST_LINES = 14;
const MOST_LINES = 30;

interface YamlEditorProps {
  text: string;
  onText: (text: string) => void;
  /** Lines that something is wrong with, from 1, each with what. */
  marks: ReadonlyMap<number, string>;
  editor: RefObject<HTMLTextAreaElement | null>;
}

/** The text with its line numbers; those with errors are marked. */
export function YamlEditor({ text, onText, marks, editor }: YamlEditorProps) {
  const gutter = useRef<HTMLDivElement>(null);
  const lines = text.split("\n").length;
  const height = Math.min(MOST_LINES, Math.max(FEWEST_LINES, lines + 1)) * LINE_PX + 2 * PAD_PX;
  const follow = () => {
    if (gutter.current !== null) gutter.current.scrollTop = editor.current?.scrollTop ?? 0;
  };
  useEffect(follow, [text]);
  return (
    <div
      style={{
        display: "flex",
        height,
        border: "1px solid var(--line)",
        borderRadius: 6,
        overflow: "hidden",
      }}
    >
      <div
        ref={gutter}
        aria-hidden="true"
        class="mono muted"
        style={{
          overflow: "hidden",
          textAlign: "right",
          padding: `${PAD_PX}px 6px`,
          background: "var(--sunken)",
          lineHeight: `${LINE_PX}px`,
          minWidth: "5.5ch",
          whiteSpace: "nowrap",
          flex: "none",
        }}
      >
        {Array.from({ length: lines }, (_, index) => {
          const mark = marks.get(index + 1);
          return (
            <div
              key={index}
              title={mark}
              style={mark === undefined ? undefined : { color: "var(--bad)", fontWeight: 700 }}
            >
              {mark === undefined ? "" : "✕ "}
              {index + 1}
            </div>
          );
        })}
        <div style={{ height: 40 }} />
      </div>
      <textarea
        ref={editor}
        aria-label="The study as YAML"
        aria-invalid={marks.size > 0}
        class="mono"
        wrap="off"
        spellcheck={false}
        autocapitalize="off"
        style={{
          border: 0,
          borderRadius: 0,
          resize: "none",
          padding: PAD_PX,
          lineHeight: `${LINE_PX}px`,
          fontSize: "0.92em",
        }}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
        onScroll={follow}
      />
    </div>
  );
}

/** Selects a line, from 1, and brings it into view. */
export function goToLine(editor: HTMLTextAreaElement | null, line: number): void {
  if (editor === null) return;
  const lines = editor.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  editor.focus();
  editor.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  editor.scrollTop = Math.max(0, (line - 4) * LINE_PX);
}
