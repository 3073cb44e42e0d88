// Which kind of log entry each lifecycle command is signed as. Owns that table alone.
import type { EntryKind } from '@countersign/shared/history';
import type { LifecycleCommand } from './transition.ts';

/** Kind of the entry that a command is signed as. A reopening is a withdrawal by somebody else or after approval: the log knows one kind. */
export const ENTRY_KIND_OF = {
  submit: 'submit',
  requestChanges: 'requestChanges',
  withdraw: 'withdraw',
  reopen: 'withdraw',
  approve: 'approve',
  execute: 'execute',
  amend: 'amend',
  terminate: 'terminate',
  export: 'export',
} as const satisfies Partial<Record<LifecycleCommand, EntryKind>>;
