import { FettleError } from "../core/errors.ts";
import type { Scope } from "../core/resources.ts";

/** Who sent a request. */
export interface Principal {
  /** Of the token; "local" without one. */
  id: string;
  name: string;
  scope: Scope;
}

/** The trial and attempt that a path names, as far as it does. */
export interface AttemptPath {
  trialId: string;
  attempt: number;
}

/** What a route asks of its caller. */
export interface Protected {
  /** The scope needed; `public`: none. */
  access: "public" | Exclude<Scope, "attempt">;
  /** Also for the bearer token of the attempt that the path names. */
  attemptToken?: true;
}

/** @throws FettleError "forbidden" when the principal's scope does not cover the route. */
export function authorise(principal: Principal, route: Protected): void {
  const { access } = route;
  if (access === "public") return;
  if (principal.scope === "attempt" ? route.attemptToken === true : covers(principal.scope, access)) return;
  throw new FettleError(
    "forbidden",
    `Scope "${principal.scope}" does not cover this; it needs "${access}".`,
    {
      hint: `Use a token with scope "${access}" (\`fettle token create --scope ${access}\`).`,
    },
  );
}

/** admin covers everything, write covers read, agent covers the agents' calls alone. */
function covers(scope: Scope, access: Scope): boolean {
  if (scope === "admin" || scope === access) return true;
  return scope === "write" && access === "read";
}

/** Written into events: who did it. */
export function actorOf(principal: Principal): string {
  return principal.scope === "agent" ? `agent:${principal.name}` : `user:${principal.name}`;
}

/** Who ran the trial of which a worker's call tells. */
export function workerActor(principal: Principal): string {
  if (principal.scope === "attempt") return "script";
  return principal.scope === "agent" ? `agent:${principal.name}` : `worker:${principal.name}`;
}
