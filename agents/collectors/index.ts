export { type Collection, type CollectionOptions, createCollection } from "./collection.ts";
export { stdoutFormats } from "./stdout-formats.ts";
