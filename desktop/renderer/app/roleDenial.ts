// What a person's roles do not let them begin at all, whatever the document: said before a screen lets them. The server decides.
import { can, type Role } from '@countersign/shared/access';

/** Whoever is signed in, as far as their roles go. */
export interface RoleHolder {
  readonly user: { readonly id: string; readonly roles: readonly string[] };
}

const FIRST_STATE = { import: 'DRAFT', amend: 'EXECUTED' } as const;

/**
 * Why none of the person's roles is enough, and whom to ask; null when one is, or nobody is signed in. Whoever may amend may begin a
 * contract.
 */
export function roleDenial(session: RoleHolder | null, command: 'import' | 'amend'): string | null {
  if (session === null) return null;
  const actor = { userId: session.user.id, roles: session.user.roles as readonly Role[] };
  const permission = can(actor, command, { state: FIRST_STATE[command], kind: 'CONTRACT' });
  return permission.ok ? null : permission.reason;
}
