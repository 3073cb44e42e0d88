// One decision on one lifecycle command. Owns putting role, state, duties and blockers together in one order; the server decides with
// it, the client asks it first, the auditor replays it.
import { type Actor, can, type VersionCommand } from '@countersign/shared/access';
import type { VersionState } from '@countersign/shared/model';
import { type ApprovalPolicy, type Author, type Blocker, canApprove, canExport, canSubmit } from './policy.ts';
import { transition, voidsApprovals } from './transition.ts';

/** Everything a decision looks at. */
export interface Situation {
  readonly actor: Actor & { readonly name: string };
  readonly state: VersionState;
  readonly kind: 'CONTRACT' | 'RATE_CARD';
  /** Content hash of the version now, and the one the command was given for. */
  readonly contentHash: string;
  readonly expectedHash: string;
  readonly authors: readonly Author[];
  readonly submitter: string | null;
  /** Approvals given so far, with the content each one bound. */
  readonly approvals: readonly { readonly userId: string; readonly contentHash: string }[];
  readonly policy: ApprovalPolicy;
  readonly contests: readonly Blocker[];
  readonly problems: readonly Blocker[];
  readonly pending?: number;
}

export type DecisionCode = 'staleVersion' | 'role' | 'duties' | 'blocked';
export type Decision =
  | {
      readonly ok: true;
      /** State afterwards. */
      readonly state: VersionState;
      /** Approvals so far are void. */
      readonly voidsApprovals: boolean;
    }
  | { readonly ok: false; readonly code: DecisionCode; readonly reason: string };

const no = (code: DecisionCode, reason: string): Decision => ({ ok: false, code, reason });

/** Who agreed to the role that lets this person approve; undefined when they are approver in their own right. */
function agreedBy({ actor }: Situation): { id: string; name: string } | undefined {
  if (actor.roles.includes('approver')) return undefined;
  const held = actor.emergency?.find(({ role }) => role === 'approver');
  if (held === undefined) return undefined;
  return { id: held.agreedBy, name: held.agreedByName ?? held.agreedBy };
}

/**
 * [LIFE-20] Decides a command: role and state (`access`), then the content hash, then duties and blockers.
 * An approval that is not the last one leaves the version in review.
 */
export function decide(command: VersionCommand, situation: Situation): Decision {
  const { actor, state, kind, approvals, contentHash } = situation;
  const access = can(actor, command, { state, kind });
  if (!access.ok) return no('role', access.reason);
  if (situation.expectedHash !== contentHash)
    return no('staleVersion', 'The version changed since it was read. Look at it again.');
  const user = { id: actor.userId, name: actor.name };
  // An approval of other content than this is none.
  const valid = approvals.filter((approval) => approval.contentHash === contentHash);
  if (command === 'submit') {
    const { contests, problems, pending = 0 } = situation;
    const answer = canSubmit({ contests, problems, pending });
    if (!answer.ok) return no('blocked', answer.reason);
  }
  if (command === 'approve') {
    const { authors, submitter } = situation;
    const answer = canApprove({ user, authors, submitter, approvals: valid, agreedBy: agreedBy(situation) });
    if (!answer.ok) return no('duties', answer.reason);
    if (valid.length + 1 < situation.policy.approversNeeded) return { ok: true, state, voidsApprovals: false };
  }
  if (command === 'execute') {
    const approvers = new Set(valid.map((approval) => approval.userId)).size;
    if (approvers < situation.policy.approversNeeded)
      return no(
        'duties',
        `${approvers} of ${situation.policy.approversNeeded} approvals bind this content. Have it approved again.`,
      );
  }
  if (command === 'export') {
    const answer = canExport({ user, approvals: valid });
    if (!answer.ok) return no('duties', answer.reason);
  }
  const next = transition(state, command);
  if (next === null) return no('role', 'The command has no meaning in this state. Look at the version again.');
  return { ok: true, state: next, voidsApprovals: voidsApprovals(state, command) };
}
