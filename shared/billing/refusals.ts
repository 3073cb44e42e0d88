/** Facts that are not taken. Owns: counting them by reason, with a few samples. Must not: decide which. */
import type { RejectedFacts } from './result.ts';

const SAMPLES = 3;

/** Collects refusals by reason with a few samples each. */
export class Refusals {
  private readonly found = new Map<string, { count: number; samples: string[] }>();

  add(reason: string, sample: () => string): void {
    const entry = this.found.get(reason) ?? { count: 0, samples: [] };
    entry.count += 1;
    const text = sample();
    // The smallest few by text: the same whatever the order of rows.
    if (entry.samples.length < SAMPLES || text < (entry.samples[SAMPLES - 1] as string)) {
      entry.samples.push(text);
      entry.samples.sort();
      if (entry.samples.length > SAMPLES) entry.samples.length = SAMPLES;
    }
    this.found.set(reason, entry);
  }

  list(): RejectedFacts[] {
    return [...this.found]
      .map(([reason, { count, samples }]) => ({ reason, count, samples: [...samples].sort() }))
      .sort((a, b) => (a.reason < b.reason ? -1 : 1));
  }
}
