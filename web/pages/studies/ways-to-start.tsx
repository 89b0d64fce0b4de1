import type { ComponentChildren } from "preact";
import { token } from "../../api/session.ts";
import { project } from "../../app/router.ts";
import { Copyable } from "../../ui/copy-button.tsx";
import { Link } from "../../ui/link.tsx";

/** There is no study yet: three ways to get one, each to copy. */
export function WaysToStart() {
  const origin = window.location.origin;
  return (
    <div class="columns">
      <Way title="See it at work">
        <p class="muted">Thirty trials of a small network, in a minute, on a server of its own.</p>
        <Copyable text="npm run quickstart" />
        <p>
          Or begin here: <Link to="/new?template=digits">the same study, to read and change</Link>.
        </p>
      </Way>
      <Way title="Tune your script">
        <p class="muted">
          A file names the command, what to vary and what to measure; the script stays as it is.
        </p>
        <Copyable text={`fettle study create -f study.yaml --url ${origin}`} />
        <p>
          Or <Link to="/new">write it here</Link>, checked as you type.
        </p>
      </Way>
      <Way title="Ask over HTTP">
        <p class="muted">Any language: create a study, ask for parameters, report what came out.</p>
        <Copyable text={curlText(origin, project.value, token.value !== null)} />
      </Way>
    </div>
  );
}

function Way({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function curlText(origin: string, inProject: string, withToken: boolean): string {
  const auth = withToken ? ` -H "authorization: Bearer $FETTLE_TOKEN"` : "";
  return `studies=${origin}/v1/projects/${inProject}/studies
post() { curl -s -X POST${auth} -H 'content-type: application/json' "$@"; }
post $studies -d '{
  "name": "parabola",
  "parameters": [{ "name": "x", "type": "float", "low": -5, "high": 5 }],
  "objectives": [{ "metric": "loss", "goal": "minimize" }],
  "budget": { "maxTrials": 20 }
}'
post $studies/parabola/suggest -d '{ "workerId": "me", "waitSeconds": 10 }'
post $studies/parabola/trials/0/metrics -d '{
  "points": [{ "name": "loss", "step": 1, "value": 0.42 }]
}'
post $studies/parabola/trials/0/complete -d '{}'`;
}
