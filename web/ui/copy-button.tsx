import { useState } from "preact/hooks";

const SHOWN_MS = 1500;

interface CopyButtonProps {
  /** The text, or how it is made when it is asked for. */
  text: string | (() => Promise<string>);
  label?: string;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label = "Copy" }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {copied ? "Copied" : label}
    </button>
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
