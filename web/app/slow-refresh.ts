import { useEffect, useRef } from "preact/hooks";

/**
 * Reads again every so often while the page can be seen. Only for small answers whose changes no event tells of, such as
 * an agent that falls silent; what a study does comes from its events.
 */
export function useSlowRefresh(reload: () => void, everyMs: number): void {
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") latest.current();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
