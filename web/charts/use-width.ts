import { useEffect, useRef, useState } from "preact/hooks";

/** The width of an element, as it changes. Pixels; 0 before it is known. */
export function useWidth<Element extends HTMLElement>(): [{ current: Element | null }, number] {
  const element = useRef<Element>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
