// How many of the things that wait stand above the list before it is asked for all of them. Pure.

/** With more of them the list would not be in sight. */
const MOST_SHOWN = 8;

/** [SCR-63] All of few, else the first of many; one alone is never what is left out. */
export function firstNeeds<T>(needs: readonly T[]): readonly T[] {
  return needs.length <= MOST_SHOWN ? needs : needs.slice(0, MOST_SHOWN - 1);
}
