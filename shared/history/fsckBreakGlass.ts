/**
 * Owns whether the `breakGlass` entries of a stored log may stand: replays them with the roles that the log's own `role` entries gave, so that
 * no server can have let one in that the rules refuse.
 */
import { BreakGlassRecord } from '../access/index.ts';
import { breakGlassEntry, reasonOfBreakGlass } from './breakGlass.ts';
import { WORKSPACE_DOCUMENT } from './entry.ts';
import type { Leaf } from './leaf.ts';
import { parsePart0 } from './payloads.ts';

export class BreakGlassCheck {
  readonly #record = new BreakGlassRecord();
  readonly #roles = new Map<string, Set<string>>();

  /** [GLASS-21] Takes the next entry whose payload is the one signed; gives what is wrong with it, in sentences. @throws PayloadShapeError */
  faults(leaf: Leaf, parts: readonly Uint8Array[]): string[] {
    const { kind, doc } = leaf.entry;
    if (kind === 'role') {
      const { action, userId, role } = parsePart0(kind, parts[0]);
      const held = this.#roles.get(userId) ?? new Set();
      this.#roles.set(userId, held);
      if (action === 'grant') held.add(role);
      else held.delete(role);
    }
    if (kind !== 'breakGlass') return [];
    const act = parsePart0(kind, parts[0]);
    reasonOfBreakGlass(act, parts);
    if (doc !== WORKSPACE_DOCUMENT) return ['The entry about an emergency role stands outside the workspace document.'];
    const fault = this.#record.apply(breakGlassEntry(leaf, act), (id) => [...(this.#roles.get(id) ?? [])]);
    return fault === null ? [] : [`The entry about an emergency role may not stand: ${fault}`];
  }
}
