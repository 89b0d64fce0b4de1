import { useEffect } from "preact/hooks";

/** The tab's title for as long as a component is shown: `text` before the product's name. */
export function useTitle(text: string): void {
  useEffect(() => {
    document.title = text === "" ? "Fettle" : `${text} · Fettle`;
    return () => {
      document.title = "Fettle";
    };
  }, [text]);
}
