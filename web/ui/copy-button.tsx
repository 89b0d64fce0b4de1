import { useState } from "preact/hooks";
import { copyText } from "./copy-text.ts";
import { Dialog } from "./dialog.tsx";

const SHOWN_MS = 1500;

interface CopyButtonProps {
  /** The text, or how it is made when it is asked for. */
  text: string | (() => Promise<string>);
  label?: string;
}

/** Copies a text, and says so; where that is not allowed, shows it, selected. */
export function CopyButton({ text, label = "Copy" }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const copy = async () => {
    const wanted = typeof text === "string" ? text : await text();
    if (!(await copyText(wanted))) return setRefused(wanted);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {copied ? "Copied" : label}
      </button>
      {refused === null ? null : <ByHand text={refused} onClose={() => setRefused(null)} />}
    </>
  );
}

function ByHand({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <Dialog title="Copy by hand" onClose={onClose}>
      <p class="muted">
        The browser lets no page write to the clipboard here. The text is selected: copy it with the keyboard.
      </p>
      <textarea
        readOnly
        aria-label="Text to copy"
        rows={8}
        cols={60}
        value={text}
        ref={(element) => element?.select()}
      />
      <div class="row">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** A command or a file to take along. */
export function Copyable({ text }: { text: string }) {
  return (
    <div class="row" style={{ alignItems: "start" }}>
      <pre class="panel grow" style={{ padding: "8px 10px", textAlign: "left" }}>
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
