// A person's colour and letters. One person, one colour, everywhere; must not know presence or roles.

/** The four fills of LOOK.md. */
export type PersonColour = 1 | 2 | 3 | 4;

/** A stable colour from the user id, the same on every computer. */
export function personColour(userId: string): PersonColour {
  // The multiplier is chosen so that the people of the demo workspace who meet in one draft get four colours.
  let sum = 7;
  for (const char of userId) sum = (sum * 1409 + (char.codePointAt(0) ?? 0)) % 8191;
  return ((sum % 4) + 1) as PersonColour;
}

/** Two letters for small places: "Finance" → "Fi", "Mary Ann" → "MA". */
export function twoLetters(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first = '', second] = words;
  if (second !== undefined) return `${first.slice(0, 1)}${second.slice(0, 1)}`.toUpperCase();
  return `${first.slice(0, 1).toUpperCase()}${first.slice(1, 2).toLowerCase()}`;
}
