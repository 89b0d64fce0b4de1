import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Files of recorded results. They are read when a problem is first evaluated, not when problems are listed. */

/** Little-endian 32-bit floats, gzipped. */
export function readFloats(...path: string[]): Float32Array {
  const bytes = readBytes(...path);
  const floats = new Float32Array(bytes.length / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < floats.length; i++) floats[i] = view.getFloat32(4 * i, true);
  return floats;
}

/** JSON, gzipped where the name ends in .gz. The shape is the caller's claim: the files come with their description. */
export function readJson<T>(...path: string[]): T {
  return JSON.parse(readBytes(...path).toString("utf8")) as T;
}

export function readBytes(...path: string[]): Buffer {
  const file = join(...path);
  const bytes = readFileSync(file);
  return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

/** The folder of a family below the data directory, null where it is missing. */
export function folderOf(data: string | null, name: string): string | null {
  if (data === null) return null;
  const folder = join(data, name);
  return existsSync(folder) ? folder : null;
}
