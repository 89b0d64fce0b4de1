import type { CollectorContext, FileCollector, LineParser, ParsedPoint } from "./collector.ts";
import { findFiles } from "./find-files.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { createTail } from "./tail.ts";

/**
 * Reads growing files of text lines. `newParser`: for each file, and anew when it starts over; a parser may remember
 * (a header). A file that is written anew as a whole gives only what it did not give before, counted by metric.
 */
export function lineFiles(
  path: string,
  context: CollectorContext,
  newParser: () => LineParser,
): FileCollector {
  const files = new Map<string, LineFile>();
  return {
    source: "files",
    async look() {
      const points: ParsedPoint[] = [];
      for (const file of await findFiles(context.directories, path)) {
        const lines = files.get(file) ?? followLines(file, context.startedMs, newParser);
        files.set(file, lines);
        points.push(...(await lines.look()));
      }
      return points;
    },
    end: () => [...files.values()].flatMap((file) => file.end()),
  };
}

interface LineFile {
  look(): Promise<ParsedPoint[]>;
  end(): ParsedPoint[];
}

function followLines(path: string, startedMs: number, newParser: () => LineParser): LineFile {
  const tail = createTail(path, startedMs);
  const given = new Map<string, number>();
  let repeated = new Map<string, number>();
  let stale = false;
  const found: ParsedPoint[] = [];

  const isNew = ({ name }: ParsedPoint) => {
    const left = repeated.get(name) ?? 0;
    if (left > 0) repeated.set(name, left - 1);
    else given.set(name, (given.get(name) ?? 0) + 1);
    return left === 0;
  };
  const newSplitter = () => {
    const parse = newParser();
    return createLineSplitter(({ text }) => {
      const points = parse(text);
      if (!stale) found.push(...points.filter(isNew));
    });
  };
  let splitter = newSplitter();
  const taken = () => found.splice(0);

  return {
    async look() {
      await tail.read({
        onBytes(bytes, isStale) {
          stale = isStale;
          splitter.write(bytes);
        },
        onRestart() {
          stale = false;
          repeated = new Map(given);
          splitter = newSplitter();
        },
      });
      return taken();
    },
    end() {
      splitter.end();
      return taken();
    },
  };
}
