// What the approvals panel says: how many approvals are still to come, whose turn it is, what the person may do and if not, why.
// Pure: reads what the server decided; never decides itself.

import type { CommandKind, Review, VersionDetail } from '@countersign/shared/protocol/api';
import { STEP_WORDS, STEPS_OF } from '../../app/nextStep.ts';
import { withDates } from '../../kit/dates.ts';

const NUMBER_WORDS = ['No', 'One', 'Two', 'Three', 'Four'];
const numberWord = (count: number): string => NUMBER_WORDS[count] ?? String(count);

/** Title of the panel. */
export function approvalTitle(detail: VersionDetail): string {
  switch (detail.state) {
    case 'DRAFT':
      return 'Not submitted yet';
    case 'IN_REVIEW': {
      const left = Math.max(0, detail.policy.approversNeeded - detail.approvals.length);
      return `${numberWord(left)} approval${left === 1 ? '' : 's'} to go`;
    }
    case 'APPROVED':
      return 'Approved, ready to execute';
    case 'EXECUTED':
      return 'Executed';
    default:
      return 'Closed';
  }
}

/** Why so many approvals, in one sentence; null for the ordinary one. */
export function policyWords(detail: VersionDetail): string | null {
  if (detail.policy.reasons.length === 0) return null;
  const many =
    detail.policy.approversNeeded === 1
      ? 'One approval is'
      : `${numberWord(detail.policy.approversNeeded)} approvals are`;
  const reasons = detail.policy.reasons.map((reason) => (/[.!?]$/.test(reason) ? reason : `${reason}.`));
  return withDates(`${many} needed. ${reasons.join(' ')}`);
}

export interface DeniedStep {
  readonly kind: CommandKind;
  readonly text: string;
  readonly reason: string;
}

/** Steps of this state that the person cannot take, each with its reason, to be read before any click. */
export function deniedSteps(detail: VersionDetail): DeniedStep[] {
  return (STEPS_OF[detail.state] ?? []).flatMap((kind) => {
    const may = detail.can[kind];
    return may.ok ? [] : [{ kind, text: STEP_WORDS[kind], reason: may.reason }];
  });
}

/** True when the person's approval is what the version waits for. */
export function isYourTurn(detail: VersionDetail): boolean {
  return detail.state === 'IN_REVIEW' && detail.can.approve.ok;
}

/** A content hash in groups of eight, as in the picture; four groups a line. */
export function hashLines(hash: string): string[] {
  const groups = hash.match(/.{1,8}/g) ?? [];
  return [groups.slice(0, 4).join(' '), groups.slice(4).join(' ')].filter((line) => line !== '');
}

/** Other people who cannot approve, with reasons; the caller's own reason is among the denied steps. */
export function othersWhoCannot(review: Review, userId: string | null): Review['cannotApprove'] {
  return review.cannotApprove.filter((person) => person.userId !== userId);
}
