/**
 * Owns who holds which role where in a stored log, and whether its `breakGlass` entries may stand: replays them with the roles that the log's own `role` entries gave, so that
 * no server can have let one in that the rules refuse.
 */
import { BreakGlassRecord, type Emergency } from '../access/index.ts';
import { breakGlassEntry, reasonOfBreakGlass } from './breakGlass.ts';
import { WORKSPACE_DOCUMENT } from './entry.ts';
import type { Leaf } from './leaf.ts';
import { parsePart0 } from './payloads.ts';

const NONE: ReadonlySet<string> = new Set();

export class BreakGlassCheck {
  readonly #record = new BreakGlassRecord();
  readonly #roles = new Map<string, Set<string>>();

  /** Roles held in one's own right after the entries so far. */
  roles(userId: string): ReadonlySet<string> {
    return this.#roles.get(userId) ?? NONE;
  }

  /** Terms of emergency roles that run at a place. */
  emergencies(place: { readonly index: number; readonly at: string }): readonly Emergency[] {
    return this.#record.heldAt(place);
  }

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
