/**
 * The page's policy forbids code made from text. The schemas of core/ would try it and fall back, and the browser would
 * report the attempt: this tells them not to. Imported before everything else.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
