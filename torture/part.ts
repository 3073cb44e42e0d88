// What a part of the torture comes to, and how a long one says how far it is. Owns no part.

export interface PartOutcome {
  /** For the line of totals. */
  readonly line: string;
  /** Figures that the line has no room for. */
  readonly note: readonly string[];
  /** Everything that did not hold. */
  readonly found: readonly string[];
}

/** Says how far a long run is. */
const PROGRESS_MS = 30_000;

export async function withProgress<T>(say: () => string, work: Promise<T>): Promise<T> {
  const timer = setInterval(() => process.stderr.write(`  ${say()}\n`), PROGRESS_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
