export { type Collection, createCollection } from "./collection.ts";
export { collectors } from "./registry.ts";
