import type { ComponentChildren } from "preact";
import { askForToken, setToken } from "../../api/session.ts";
import type { Resource } from "../../app/resource.ts";
import { Loaded } from "../../ui/notes.tsx";

interface AdminOnlyProps<Data> {
  resource: Resource<Data>;
  /** As in "see the tokens". */
  what: string;
  children: (data: Data) => ComponentChildren;
}

/** Data that only a token of scope admin may see; for others, a sentence and the way out. */
export function AdminOnly<Data>({ resource, what, children }: AdminOnlyProps<Data>) {
  if (resource.data !== null || resource.error?.status !== 403)
    return <Loaded resource={resource}>{children}</Loaded>;
  const change = async () => {
    setToken(null);
    await askForToken();
    resource.reload();
  };
  return (
    <p class="note" style={{ margin: 0 }}>
      The token of this browser may not {what}: that needs scope <code>admin</code>.{" "}
      <button type="button" class="link" onClick={() => void change()}>
        Use another token
      </button>
    </p>
  );
}
