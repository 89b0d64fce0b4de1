/** One event of a stream (WHATWG HTML, server-sent events); comments and fields that are not used are left out. */
export interface ServerSentEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Reads a stream of events; one that the stream's end cuts off is dropped, as the standard says. */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncIterable<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) yield parseBlock(block);
  }
}

function parseBlock(block: string): ServerSentEvent {
  const fields = block.split("\n").map((line) => {
    const at = line.indexOf(":");
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
  });
  const last = (name: string) => fields.findLast(([field]) => field === name)?.[1];
  const data = fields.flatMap(([name, value]) => (name === "data" ? [value] : []));
  return { id: last("id") ?? null, event: last("event") ?? "message", data: data.join("\n") };
}
