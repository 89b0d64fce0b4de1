import type { Collector } from "./collector.ts";
import { stdoutFormats } from "./stdout-formats.ts";

export const stdout: Collector<"stdout"> = {
  kind: "stdout",
  summary: "What the processes print, in one of the field's formats.",
  open: (spec) => ({ source: "output", parse: stdoutFormats[spec.format] }),
};
