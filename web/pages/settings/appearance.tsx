import { chooseTheme, type Theme, theme } from "../../app/theme.ts";

const CHOICES: readonly { value: Theme; name: string }[] = [
  { value: "system", name: "as the system" },
  { value: "light", name: "light" },
  { value: "dark", name: "dark" },
];

/** Light or dark, in this browser. */
export function Appearance() {
  return (
    <section class="panel" aria-label="Appearance">
      <header>
        <h2>Appearance</h2>
      </header>
      <fieldset class="row" style={{ border: 0, padding: 0, margin: 0, gap: 16 }}>
        <legend class="visually-hidden">Theme</legend>
        {CHOICES.map(({ value, name }) => (
          <label key={value}>
            <input
              type="radio"
              name="theme"
              checked={theme.value === value}
              onChange={() => chooseTheme(value)}
            />
            {name}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
