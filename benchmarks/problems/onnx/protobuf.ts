/** The wire format of protocol buffers, read only as far as ONNX files need it. */

/** One field: a number (varint), or the bytes of a string, a message, packed values or a fixed-width value. */
export interface Field {
  tag: number;
  value: number | Uint8Array;
}

/** The fields of a message, in file order. @throws RangeError when the bytes end within a field. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const key = readVarint(cursor);
    const tag = Math.floor(key / 8);
    yield { tag, value: readValue(cursor, key % 8) };
  }
}

/** Packed varints, or a single one. */
export function varintsOf(value: Field["value"]): number[] {
  if (typeof value === "number") return [value];
  const cursor = { bytes: value, at: 0 };
  const numbers: number[] = [];
  while (cursor.at < value.length) numbers.push(readVarint(cursor));
  return numbers;
}

/** @throws TypeError when the field holds a number. */
export function bytesOf({ tag, value }: Field): Uint8Array {
  if (typeof value === "number") throw new TypeError(`Field ${tag} is a number.`);
  return value;
}

export function textOf(field: Field): string {
  return Buffer.from(bytesOf(field)).toString("utf8");
}

interface Cursor {
  bytes: Uint8Array;
  at: number;
}

function readValue(cursor: Cursor, wireType: number): number | Uint8Array {
  if (wireType === 0) return readVarint(cursor);
  if (wireType === 1) return take(cursor, 8);
  if (wireType === 2) return take(cursor, readVarint(cursor));
  if (wireType === 5) return take(cursor, 4);
  throw new RangeError(`Wire type ${wireType} at byte ${cursor.at}.`);
}

function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new RangeError(`${length} bytes at ${cursor.at} pass the end.`);
  const part = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return part;
}

/** A signed 64-bit number; exact up to 2^53. */
function readVarint(cursor: Cursor): number {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new RangeError("A number passes the end.");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return Number(BigInt.asIntN(64, value));
  }
}
