import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/**
 * What a host knows of a checkpoint of its own, in a file beside the directory. It tells a trial that comes back after a
 * time on another host whether what lies here is still the newest.
 */
const markerSchema = z.object({
  /** All that this attempt trained on is in it. 0: it was begun anew although the server knew of a checkpoint elsewhere. */
  attempt: z.int().min(0),
  directory: z.string(),
  /** The server says when it goes; else it goes by age. */
  managed: z.boolean(),
});
export type CheckpointMarker = z.infer<typeof markerSchema>;

const FILE = ".fettle-checkpoint.json";

/** Null: none, or none that can be read. */
export async function readMarker(trialDirectory: string): Promise<CheckpointMarker | null> {
  try {
    const text = await readFile(join(trialDirectory, FILE), "utf8");
    return markerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** @throws the file system's error */
export async function writeMarker(trialDirectory: string, marker: CheckpointMarker): Promise<void> {
  const file = join(trialDirectory, FILE);
  await writeFile(`${file}.part`, JSON.stringify(marker), { mode: 0o600 });
  await rename(`${file}.part`, file);
}
