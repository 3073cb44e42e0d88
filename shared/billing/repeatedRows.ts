/**
 * Rows that report one thing again: one line, source, metric, day and key. Owns: which of two stands, and what is refused of the
 * others, so that no order of rows changes either (BILL-2, settled 21). Must not: add anything up.
 */
import type { DeliveryFact } from '@countersign/shared/model';
import type { Refusals } from './refusals.ts';

/** All rows of the version that stands, once there are two of them. */
interface Repeated {
  standing: DeliveryFact;
  readonly byQuantity: Map<string, number>;
}

const versionOf = (fact: DeliveryFact): number => fact.reportVersion ?? 1;

export class RepeatedRows {
  readonly #found = new Map<string, Repeated>();

  /**
   * Whether `incoming` stands from now on, and no longer `known`: a higher version does; of one version the row that was recorded
   * first, and of rows recorded at one time the smaller text. `what` names what both report.
   */
  settle(what: string, known: DeliveryFact, incoming: DeliveryFact): boolean {
    const [before, after] = [versionOf(known), versionOf(incoming)];
    if (after !== before) {
      if (after > before) this.#found.delete(what);
      return after > before;
    }
    let repeated = this.#found.get(what);
    if (repeated === undefined) {
      repeated = { standing: known, byQuantity: new Map([[known.quantity, 1]]) };
      this.#found.set(what, repeated);
    }
    repeated.byQuantity.set(incoming.quantity, (repeated.byQuantity.get(incoming.quantity) ?? 0) + 1);
    const stands = isBefore(incoming, known);
    if (stands) repeated.standing = incoming;
    return stands;
  }

  /** Refuses each row of a standing version whose quantity is not the one that stands. */
  refuse(refusals: Refusals): void {
    for (const { standing, byQuantity } of this.#found.values())
      for (const [quantity, rows] of byQuantity) {
        if (quantity === standing.quantity) continue;
        for (let row = 0; row < rows; row += 1)
          refusals.add(
            'The same report version was given twice with different quantities',
            () => `${standing.lineId} ${standing.localDate ?? standing.at}`,
          );
      }
  }
}

function isBefore(one: DeliveryFact, other: DeliveryFact): boolean {
  const [first, second] = [one.recordedAt ?? '', other.recordedAt ?? ''];
  return first < second || (first === second && one.quantity < other.quantity);
}
