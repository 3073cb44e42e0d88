// Which version stands for a contract in a list. Pure; the server computes figures for it and the app shows it, so both ask here.

/** What is being worked on comes before what governs, and that before what has ended. */
const RANK: ReadonlyMap<string, number> = new Map([
  ['DRAFT', 0],
  ['IN_REVIEW', 0],
  ['APPROVED', 1],
  ['EXECUTED', 2],
]);

/** [UI-10] The version a person would open: an open draft first, else what is in force, else the newest; undefined of none. */
export function standingVersion<T extends { readonly state: string; readonly sequence: number }>(
  versions: readonly T[],
): T | undefined {
  return versions.toSorted((a, b) => (RANK.get(a.state) ?? 3) - (RANK.get(b.state) ?? 3) || b.sequence - a.sequence)[0];
}
