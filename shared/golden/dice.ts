/**
 * Test-only. Repeatable chance: the same seed gives the same throws on every machine and in every release.
 * Must not: depend on a library; what was blessed once must come out again when libraries change.
 */

export interface Dice {
  /** A whole number from 0 below `below`. */
  number(below: number): number;
  /** One of these; undefined of none. */
  one<T>(of: readonly T[]): T | undefined;
}

/** A seed made of a name (FNV-1a), so that a family keeps its contracts wherever it stands in a list. */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 1;
}

/** Mulberry32. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const number = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
  return { number, one: (of) => of[number(of.length)] };
}
