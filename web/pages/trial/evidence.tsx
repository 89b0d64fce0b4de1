import { paramText } from "../../app/format.ts";

interface EvidenceProps {
  rule: string;
  inputs: Readonly<Record<string, unknown>>;
  data: Readonly<Record<string, unknown>>;
}

/** What a decision rests on, folded: its rule, the numbers that went into it, and what it changed. */
export function Evidence({ rule, inputs, data }: EvidenceProps) {
  const rows = [...leaves("", inputs)];
  const effects = [...leaves("", data)].filter(([name]) => !name.startsWith("point"));
  if (rows.length + effects.length === 0) return null;
  return (
    <details class="small">
      <summary class="muted">Evidence</summary>
      <div class="scroll">
        <table style={{ width: "auto" }}>
          <tbody>
            <Row name="rule" value={rule} />
            {rows.map(([name, value]) => (
              <Row key={`in ${name}`} name={name} value={value} />
            ))}
            {effects.map(([name, value]) => (
              <Row key={`out ${name}`} name={`→ ${name}`} value={value} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Row({ name, value }: { name: string; value: unknown }) {
  return (
    <tr>
      <th scope="row" style={{ position: "static" }}>
        {name}
      </th>
      <td class="mono" style={{ overflowWrap: "anywhere" }} title={JSON.stringify(value)}>
        {paramText(value)}
      </td>
    </tr>
  );
}

/** Nested objects by dotted names; lists stay whole. */
function* leaves(prefix: string, value: Readonly<Record<string, unknown>>): Generator<[string, unknown]> {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) {
      yield* leaves(`${prefix}${key}.`, inner as Record<string, unknown>);
    } else if (inner !== null) {
      yield [prefix + key, inner];
    }
  }
}
