import type { ParsedPoint } from "./collector.ts";

/** A source of metrics in a file: looked at now and then, and once more when the attempt has ended. */
export interface FileSource {
  look(): Promise<ParsedPoint[]>;
  /** What an unfinished last line held. */
  end(): ParsedPoint[];
}
