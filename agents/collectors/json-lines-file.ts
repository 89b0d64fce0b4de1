import type { ParsedPoint } from "./collector.ts";
import type { FileSource } from "./file-source.ts";
import { jsonLine } from "./json-lines.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { createTail } from "./tail.ts";

/** A file of JSON lines that grows, such as FETTLE_METRICS_FILE. A line counts once its newline is there. */
export function jsonLinesFile(path: string): FileSource {
  const tail = createTail(path);
  let found: ParsedPoint[] = [];
  const newSplitter = () => createLineSplitter(({ text }) => found.push(...jsonLine(text)));
  let splitter = newSplitter();
  const taken = () => {
    const points = found;
    found = [];
    return points;
  };
  return {
    async look() {
      await tail.read(
        (chunk) => splitter.write(chunk),
        () => {
          splitter = newSplitter();
        },
      );
      return taken();
    },
    end() {
      splitter.end();
      return taken();
    },
  };
}
