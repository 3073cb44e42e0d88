// States of a version and how commands move them (docs/PROTOCOL.md §6). Owns the table; must not know people.
import { VERSION_COMMANDS } from '@countersign/shared/access';
import type { VersionState } from '@countersign/shared/model';

/** Commands of people, and what follows from something else: `void`, `supersede` and `expire`. */
export const LIFECYCLE_COMMANDS = [...VERSION_COMMANDS, 'void', 'supersede', 'expire'] as const;
export type LifecycleCommand = (typeof LIFECYCLE_COMMANDS)[number];

const TABLE: Readonly<Record<LifecycleCommand, Partial<Record<VersionState, VersionState>>>> = {
  submit: { DRAFT: 'IN_REVIEW' },
  requestChanges: { IN_REVIEW: 'DRAFT' },
  withdraw: { IN_REVIEW: 'DRAFT' },
  reopen: { IN_REVIEW: 'DRAFT', APPROVED: 'DRAFT' },
  approve: { IN_REVIEW: 'APPROVED' },
  execute: { APPROVED: 'EXECUTED' },
  amend: { EXECUTED: 'EXECUTED' },
  terminate: { EXECUTED: 'TERMINATED' },
  export: { EXECUTED: 'EXECUTED' },
  void: { DRAFT: 'VOID', IN_REVIEW: 'VOID', APPROVED: 'VOID' },
  supersede: { EXECUTED: 'SUPERSEDED' },
  expire: { EXECUTED: 'EXPIRED' },
};

/** [LIFE-1] The state after a command, or null where the command has no meaning. `approve` is the last approval needed. */
export function transition(state: VersionState, command: LifecycleCommand): VersionState | null {
  return TABLE[command][state] ?? null;
}

/** [LIFE-2] Whether the command takes the approvals back: whatever returns a version to DRAFT does. */
export function voidsApprovals(state: VersionState, command: LifecycleCommand): boolean {
  return state !== 'DRAFT' && transition(state, command) === 'DRAFT';
}
