/** The environment variable that holds a parameter's value: upper case, everything but letters and digits an underscore. */
export function parameterVariable(name: string): string {
  return `FETTLE_PARAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}
