import { StringDecoder } from "node:string_decoder";

/** Longest line that is looked at; the rest of a longer one is skipped up to its end. */
export const MAX_LINE = 65_536;

export interface Line {
  text: string;
  /** Ended by a carriage return: a progress bar that will be drawn over. */
  redrawn: boolean;
}

/**
 * Splits output into lines at \n, \r\n and \r. Invalid UTF-8 becomes U+FFFD, escape sequences and other control
 * characters are dropped, and so are empty lines. Memory is bounded by MAX_LINE, time is linear in the bytes.
 */
export function createLineSplitter(onLine: (line: Line) => void): {
  write(chunk: Uint8Array): void;
  end(): void;
} {
  const decoder = new StringDecoder("utf8");
  let held = "";
  /** A carriage return was the last character: what follows tells whether it ended the line or only moved back. */
  let returned = false;

  const emit = (redrawn: boolean) => {
    const text = clean(held);
    held = "";
    returned = false;
    if (text !== "") onLine({ text, redrawn });
  };
  const hold = (text: string) => {
    if (text === "") return;
    if (returned) emit(true);
    if (held.length < MAX_LINE) held += text.slice(0, MAX_LINE - held.length);
  };
  /** Text without a line feed. */
  const holdDrawings = (text: string) => {
    let start = 0;
    for (let end = text.indexOf("\r"); end !== -1; end = text.indexOf("\r", start)) {
      hold(text.slice(start, end));
      returned = true;
      start = end + 1;
    }
    hold(text.slice(start));
  };
  const take = (text: string) => {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      holdDrawings(text.slice(start, end));
      emit(false);
      start = end + 1;
    }
    holdDrawings(text.slice(start));
  };
  return {
    write: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end: () => {
      take(decoder.end());
      emit(returned);
    },
  };
}

/** Terminal escape sequences: CSI, OSC and the two-character ones. Bounded, so that no line takes more than linear time. */
const ESCAPES = /\u001b(?:\[[0-9;?]{0,32}[A-Za-z]|\][^\u0007\u001b]{0,256}(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function clean(line: string): string {
  if (!CONTROL.test(line)) return line;
  return line.replace(ESCAPES, "").replace(CONTROLS, "");
}
