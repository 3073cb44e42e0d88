// What the disk of a computer refuses: writes when it is full, reads and openings when it is damaged. Owns who asked for which refusals;
// what a refused request or transaction comes to is the transaction's.

/** A request that reads or writes a store, the commit of a transaction that wrote, or the opening. */
export type Access = 'open' | 'read' | 'write' | 'commit';

/** Gives why it is refused; null when it is not. Asked for every request. */
export type Refusal = (what: Access, stores: readonly string[]) => DOMException | null;

const refusals = new Map<string, Refusal>();

/** From now on the disk of this name refuses what `refusal` says, until it is sound again. */
export function breakDisk(name: string, refusal: Refusal): void {
  refusals.set(name, refusal);
}

/** The disk refuses nothing any more. */
export function soundAgain(name: string): void {
  refusals.delete(name);
}

export function refusal(name: string, what: Access, stores: readonly string[]): DOMException | null {
  return refusals.get(name)?.(what, stores) ?? null;
}
