// Runs in every measured page before its own scripts.

/** A page that does not show what is looked for will not do so later. */
const LONGEST_MS = 60_000;

/** Resolves with milliseconds since the navigation at which `selector` was there and a frame with it had been drawn; rejects without. */
globalThis.drawn = (selector) =>
  new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`There is no ${selector} after ${LONGEST_MS / 1000} s.`)), LONGEST_MS);
    const done = () => {
      if (document.querySelector(selector) === null) return false;
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      return true;
    };
    if (done()) return;
    const observer = new MutationObserver(() => {
      if (done()) observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true, attributes: true });
  });

/** Numbers of the events that the page was sent, by study. */
globalThis.receivedEvents = new Map();

// The page's own reader gets the very bytes; a copy is counted.
const { fetch: realFetch } = globalThis;
globalThis.fetch = async (...request) => {
  const reply = await realFetch(...request);
  if (!String(request[0]).endsWith("/v1/events") || reply.body === null) return reply;
  const [ours, theirs] = reply.body.tee();
  void count(ours);
  return new Response(theirs, reply);
};

async function count(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const match = /"seq":(\d+),.*?"study":"([^"]+)"/.exec(line);
      if (match === null) continue;
      const seqs = receivedEvents.get(match[2]) ?? new Set();
      receivedEvents.set(match[2], seqs.add(Number(match[1])));
    }
  }
}

/** Resolves with milliseconds from the next pointer movement until what is in `selector` changed and was drawn. */
globalThis.linkedUpdate = (selector) =>
  new Promise((resolve) => {
    let moved = Number.NaN;
    addEventListener("pointermove", ({ timeStamp }) => (moved = timeStamp), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (Number.isNaN(moved)) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - moved)));
    });
    const options = { childList: true, characterData: true, attributes: true, subtree: true };
    observer.observe(document.querySelector(selector), options);
  });
