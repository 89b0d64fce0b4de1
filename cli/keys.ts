/**
 * Calls `onKey` for each key that is pressed, Ctrl-C ("\u0003") included, until the returned function is called. Does
 * nothing where no terminal is.
 */
export function onKeys(input: NodeJS.ReadStream, onKey: (key: string) => void): () => void {
  if (input.isTTY !== true) return () => undefined;
  const handle = (bytes: Buffer) => {
    for (const key of bytes.toString("utf8")) onKey(key);
  };
  input.setRawMode(true);
  input.on("data", handle);
  input.resume();
  return () => {
    input.off("data", handle);
    input.setRawMode(false);
    input.pause();
  };
}
