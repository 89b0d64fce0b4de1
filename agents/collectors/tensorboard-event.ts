import type { ParsedPoint } from "./collector.ts";

/**
 * The few fields of TensorBoard's protocol buffers that scalars need (tensorflow/core/util/event.proto, summary.proto,
 * tensor.proto). Event: 2 step, 5 summary. Summary: 1 value. Value: 1 tag, 2 simple_value, 8 tensor. Tensor: 1 dtype,
 * 4 tensor_content, 5 float_val, 6 double_val.
 */
const EVENT = { step: 2, summary: 5 };
const SUMMARY = { value: 1 };
const VALUE = { tag: 1, simple: 2, tensor: 8 };
const TENSOR = { dtype: 1, content: 4, floats: 5, doubles: 6 };
const DT_FLOAT = 1;
const DT_DOUBLE = 2;

/** The scalars of one event record; none for anything damaged or unknown. */
export function eventPoints(record: Uint8Array): ParsedPoint[] {
  try {
    const fields = readFields(Buffer.from(record.buffer, record.byteOffset, record.byteLength));
    const step = varint(fields, EVENT.step) ?? 0;
    return bytes(fields, EVENT.summary).flatMap((summary) =>
      bytes(readFields(summary), SUMMARY.value).flatMap((value) => valuePoint(readFields(value), step)),
    );
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function valuePoint(fields: Field[], step: number): ParsedPoint[] {
  const name = bytes(fields, VALUE.tag)[0]?.toString("utf8") ?? "";
  const value = simpleValue(fields) ?? tensorScalar(bytes(fields, VALUE.tensor)[0]);
  return name === "" || name.length > 200 || value === null ? [] : [{ name, step, value }];
}

function simpleValue(fields: Field[]): number | null {
  const field = fields.find(({ number, data }) => number === VALUE.simple && data.length === 4);
  return field === undefined ? null : field.data.readFloatLE(0);
}

/** The first element: TensorFlow 2 writes scalars as tensors of rank 0. */
function tensorScalar(tensor: Buffer | undefined): number | null {
  if (tensor === undefined) return null;
  const fields = readFields(tensor);
  const dtype = varint(fields, TENSOR.dtype);
  const content = bytes(fields, TENSOR.content)[0];
  const [kind, width] =
    dtype === DT_FLOAT ? [TENSOR.floats, 4] : dtype === DT_DOUBLE ? [TENSOR.doubles, 8] : [0, 0];
  if (kind === 0) return null;
  const data = content ?? fields.find(({ number }) => number === kind)?.data;
  if (data === undefined || data.length < width) return null;
  // More elements than one are a histogram or an image's numbers, not a scalar.
  if (data.length > width) return null;
  return width === 4 ? data.readFloatLE(0) : data.readDoubleLE(0);
}

interface Field {
  number: number;
  /** Wire type 0: the value. */
  value: number;
  /** Wire types 1, 2 and 5: the bytes. */
  data: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** All fields of a message. @throws RangeError when it is cut off or no message. */
function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const readBytes = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError("cut off");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = readVarint();
    const number = Math.floor(key / 8);
    const type = key % 8;
    if (type === 0) fields.push({ number, value: readVarint(), data: NOTHING });
    else if (type === 1) fields.push({ number, value: 0, data: readBytes(8) });
    else if (type === 2) fields.push({ number, value: 0, data: readBytes(readVarint()) });
    else if (type === 5) fields.push({ number, value: 0, data: readBytes(4) });
    else throw new RangeError(`wire type ${type}`);
  }
  return fields;
}

function varint(fields: readonly Field[], number: number): number | null {
  return fields.find((field) => field.number === number && field.data === NOTHING)?.value ?? null;
}

function bytes(fields: readonly Field[], number: number): Buffer[] {
  return fields.filter((field) => field.number === number).map(({ data }) => data);
}
