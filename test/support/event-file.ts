/** One TFRecord with a summary of one scalar, as TensorBoard writes it; without checksums, which nobody reads. */
export function scalarRecord(step: number, tag: string, value: number): Buffer {
  const simple = Buffer.alloc(5);
  simple[0] = (2 << 3) | 5;
  simple.writeFloatLE(value, 1);
  const item = Buffer.concat([field(1, Buffer.from(tag)), simple]);
  return record(Buffer.concat([Buffer.from([2 << 3, step]), field(5, field(1, item))]));
}

/** As TensorFlow 2 writes a scalar: a tensor of rank 0, its bytes in `tensor_content`. */
export function tensorRecord(step: number, tag: string, value: number): Buffer {
  const content = Buffer.alloc(8);
  content.writeDoubleLE(value);
  const tensor = Buffer.concat([Buffer.from([1 << 3, 2]), field(2, Buffer.alloc(0)), field(4, content)]);
  const item = Buffer.concat([field(1, Buffer.from(tag)), field(8, tensor)]);
  return record(Buffer.concat([Buffer.from([2 << 3, step]), field(5, field(1, item))]));
}

function record(event: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(event.length));
  return Buffer.concat([head, event, Buffer.alloc(4)]);
}

/** A field of bytes, shorter than 128. */
function field(number: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, data.length]), data]);
}
