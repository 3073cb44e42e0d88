/** The order of texts. Owns: that it is by code unit, the same on every machine. Must not: know what they name. */

/** −1, 0 or 1 by code unit, never by a locale. */
export function byText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
