/** One value that a script reported. `step`: null when the script did not say. */
export interface ParsedPoint {
  name: string;
  step: number | null;
  /** May be NaN or infinite. */
  value: number;
}

/** Reads the metrics of one line of text. Never throws, takes linear time, whatever the line holds. */
export type LineParser = (line: string) => ParsedPoint[];
