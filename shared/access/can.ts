// can(actor, command, document): the one question the UI and the server ask. Owns the answer and its words; must not know authors
// or approvals (shared/lifecycle does).
import type { VersionState } from '@countersign/shared/model';
import { emergencyGrants, type HeldEmergency } from './emergencyGrants.ts';
import { type AccessCommand, GRANTED_TO, ROLE_REASONS, type Role, SCOPES_FOR, type ServiceScope } from './roles.ts';

export type Permission = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface Actor {
  readonly userId: string;
  readonly roles: readonly Role[];
  /** Roles held in an emergency, on top of one's own. */
  readonly emergency?: readonly HeldEmergency[];
  /** Of a program with a service token; people have none. */
  readonly scopes?: readonly ServiceScope[];
}

/** The version (or nothing, for questions about the workspace). */
export interface AccessDocument {
  readonly state: VersionState;
  readonly kind: 'CONTRACT' | 'RATE_CARD';
}

/** [ACC-2] States in which a command on a version makes sense; absent: in every state, and without a version. */
const STATES_FOR: Partial<Record<AccessCommand, readonly VersionState[]>> = {
  edit: ['DRAFT'],
  comment: ['DRAFT', 'IN_REVIEW'],
  import: ['DRAFT'],
  submit: ['DRAFT'],
  requestChanges: ['IN_REVIEW'],
  withdraw: ['IN_REVIEW'],
  reopen: ['IN_REVIEW', 'APPROVED'],
  approve: ['IN_REVIEW'],
  execute: ['APPROVED'],
  amend: ['EXECUTED'],
  terminate: ['EXECUTED'],
  export: ['EXECUTED'],
};

const STATE_WORDS: Readonly<Record<VersionState, string>> = {
  DRAFT: 'a draft',
  IN_REVIEW: 'in review',
  APPROVED: 'approved',
  EXECUTED: 'executed',
  SUPERSEDED: 'superseded',
  EXPIRED: 'expired',
  TERMINATED: 'terminated',
  VOID: 'void',
};

const DONE_WORDS: Readonly<Partial<Record<AccessCommand, string>>> = {
  edit: 'edited',
  comment: 'commented on',
  import: 'imported into',
  submit: 'submitted',
  requestChanges: 'sent back',
  withdraw: 'withdrawn',
  reopen: 'reopened',
  approve: 'approved',
  execute: 'executed',
  amend: 'amended',
  terminate: 'terminated',
  export: 'exported',
};

const ALLOWED: Permission = { ok: true };

/**
 * [ACC-3] Whether the actor may do this to the document, or why not, in words with a way on. Deny by default: an unknown role
 * grants nothing. The role is looked at first: a person who may never do a thing is not told to wait for another state.
 */
export function can(actor: Actor, command: AccessCommand, document?: AccessDocument): Permission {
  const granted =
    actor.roles.some((role) => GRANTED_TO[command].includes(role)) ||
    isGrantedInEmergency(actor, command) ||
    (actor.scopes ?? []).some((scope) => SCOPES_FOR[command]?.includes(scope) === true);
  // [ACC-4] The history of one document is part of reading it.
  const readsItsHistory = command === 'readLog' && document !== undefined && can(actor, 'read').ok;
  if (!granted && !readsItsHistory) return { ok: false, reason: roleReason(actor, command) };
  const states = STATES_FOR[command];
  if (states === undefined) return ALLOWED;
  if (document === undefined) return { ok: false, reason: 'Open a version first.' };
  return states.includes(document.state) ? ALLOWED : { ok: false, reason: stateReason(command, document.state) };
}

/** [GLASS-6] Somebody without a role of their own gains nothing by one that is held in an emergency. */
function isGrantedInEmergency({ roles, emergency = [] }: Actor, command: AccessCommand): boolean {
  return roles.length > 0 && emergency.some(({ role }) => emergencyGrants(role, command));
}

function roleReason({ roles }: Actor, command: AccessCommand): string {
  if (roles.length === 0) return ROLE_REASONS.read;
  if (roles.includes('reviewer') && command === 'submit')
    return 'Reviewers edit drafts but do not submit them. Ask an editor.';
  if (roles.includes('reviewer') && command === 'import')
    return 'Reviewers edit drafts but do not import into them. Ask an editor.';
  if (roles.includes('auditor') && (command === 'edit' || command === 'comment'))
    return 'Auditors read everything and change nothing. Ask an editor.';
  if (roles.includes('admin') && command === 'edit')
    return 'Admins manage people and keys, not contracts. Ask an editor.';
  return ROLE_REASONS[command];
}

function stateReason(command: AccessCommand, state: VersionState): string {
  const done = DONE_WORDS[command] ?? 'changed';
  return `This version is ${STATE_WORDS[state]}, so it cannot be ${done}. ${wayOn(command, state)}`;
}

function wayOn(command: AccessCommand, state: VersionState): string {
  const ended = state === 'SUPERSEDED' || state === 'EXPIRED' || state === 'TERMINATED' || state === 'VOID';
  if (ended) return 'Open the version that is in force.';
  switch (command) {
    case 'edit':
    case 'comment':
    case 'import':
      if (state === 'IN_REVIEW') return 'Request changes or withdraw it, then edit.';
      return state === 'APPROVED'
        ? 'Reopen it, which voids its approvals, or execute and amend it.'
        : 'Open an amendment.';
    case 'submit':
      return state === 'IN_REVIEW' ? 'It waits for approval.' : 'Open an amendment to submit a change.';
    case 'requestChanges':
    case 'withdraw':
    case 'reopen':
      if (state === 'DRAFT') return 'It is open for editing.';
      return state === 'APPROVED' ? 'Reopen it, which voids its approvals.' : 'Open an amendment.';
    case 'approve':
      return state === 'DRAFT' ? 'Submit it first.' : 'Nothing is left to approve.';
    case 'execute':
      if (state === 'DRAFT') return 'Submit it, and have it approved.';
      return state === 'IN_REVIEW' ? 'Have it approved first.' : 'Nothing is left to execute.';
    default:
      if (state === 'DRAFT') return 'Submit it, have it approved and execute it first.';
      return state === 'IN_REVIEW' ? 'Have it approved and execute it first.' : 'Execute it first.';
  }
}
