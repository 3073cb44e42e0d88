// What a role that is held in an emergency grants (docs/adr/0013). Owns that table; who holds one is breakGlass.ts's.
import type { Emergency, EmergencyRole } from './breakGlass.ts';
import { type AccessCommand, GRANTED_TO } from './roles.ts';

/** A role that somebody holds in an emergency now. */
export interface HeldEmergency {
  readonly role: EmergencyRole;
  /** Log index of the request. */
  readonly asked: string;
  /** Who agreed. */
  readonly agreedBy: string;
  /** What they are called, for reasons. */
  readonly agreedByName?: string;
  /** First instant at which it is over, ISO. */
  readonly until: string;
}

/** The held role of a term that somebody agreed to; null before. */
export function heldOf({ role, asked, agreed, until }: Emergency): HeldEmergency | null {
  if (agreed === null || until === null) return null;
  return { role, asked: String(asked.index), agreedBy: agreed.by, until };
}

/** An emergency admin shuts people out and reads; what would outlast the hour stays with admins in their own right. */
const ADMIN_IN_EMERGENCY: ReadonlySet<AccessCommand> = new Set(['read', 'readLog', 'readTokens', 'revokeAccess']);
/** No emergency role leads to another. */
const NEVER: ReadonlySet<AccessCommand> = new Set(['askBreakGlass', 'agreeBreakGlass']);

/** [GLASS-6] Whether a role grants a command while it is held in an emergency. */
export function emergencyGrants(role: EmergencyRole, command: AccessCommand): boolean {
  if (NEVER.has(command)) return false;
  return role === 'admin' ? ADMIN_IN_EMERGENCY.has(command) : GRANTED_TO[command].includes(role);
}
