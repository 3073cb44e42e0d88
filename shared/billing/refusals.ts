/** Facts that are not taken. Owns: counting them by reason, with a few samples. Must not: decide which. */
import { byText } from '@countersign/shared/model';
import type { RejectedFacts } from './result.ts';
import { keepSmallest } from './samples.ts';

/** Collects refusals by reason with a few samples each. */
export class Refusals {
  private readonly found = new Map<string, { count: number; samples: string[] }>();

  add(reason: string, sample: () => string): void {
    const entry = this.found.get(reason) ?? { count: 0, samples: [] };
    entry.count += 1;
    keepSmallest(entry.samples, sample());
    this.found.set(reason, entry);
  }

  list(): RejectedFacts[] {
    return [...this.found]
      .map(([reason, { count, samples }]) => ({ reason, count, samples }))
      .sort((a, b) => byText(a.reason, b.reason));
  }
}
