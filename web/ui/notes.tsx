import type { ComponentChildren } from "preact";
import type { ProblemError } from "../api/problem.ts";
import type { Resource } from "../app/resource.ts";

/** What is said instead of data: nothing yet, nothing at all, or something went wrong. */

export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}

export function ErrorNote({ error }: { error: ProblemError }) {
  return (
    <div class="note bad" role="alert">
      {error.message}
      {error.hint === undefined ? null : <div class="muted">{error.hint}</div>}
    </div>
  );
}

/** The data once they are there; before, and where they cannot be had, what is the matter. Old data stay in an outage. */
export function Loaded<Data>({
  resource,
  children,
}: {
  resource: Resource<Data>;
  children: (data: Data) => ComponentChildren;
}) {
  const { data, error, loading } = resource;
  if (data !== null) return <>{children(data)}</>;
  if (error !== null) return <ErrorNote error={error} />;
  return (
    <div class="empty" aria-busy="true">
      {loading ? "Loading …" : "Nothing here."}
    </div>
  );
}
