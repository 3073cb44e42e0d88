// How many approvals a version needs, and of whom. Owns the approval policy and segregation of duties; pure, so that an auditor can
// replay every decision from the log.
import type { Permission } from '@countersign/shared/access';
import { compareDecimals } from '@countersign/shared/model/cell';

const ALLOWED: Permission = { ok: true };
const denied = (reason: string): Permission => ({ ok: false, reason });

/** A workspace's rules; its hash is in every approval. */
export interface PolicyRules {
  /** A version worth more than this needs a second approver; per currency, decimal text. */
  readonly secondApproverAbove: Readonly<Record<string, string>>;
  /** A version that starts before the day it is decided on needs a second approver. */
  readonly secondApproverWhenRetroactive: boolean;
}

/** [LIFE-10] The rules of a workspace that set none. */
export const DEFAULT_POLICY: PolicyRules = {
  secondApproverAbove: { USD: '250000.00', EUR: '250000.00', GBP: '250000.00' },
  secondApproverWhenRetroactive: true,
};

/** What the policy looks at. */
export interface PolicyQuestion {
  /** First day of the terms; null when blank. */
  readonly effectiveFrom: string | null;
  /** The terms say of themselves that they reach back. */
  readonly retroactive?: boolean;
  /** Local date of the decision, from the server's clock. */
  readonly today: string;
  /** What the version is worth, gross; null when it cannot be told. */
  readonly amount?: { readonly amount: string; readonly currency: string } | null;
  readonly rules?: PolicyRules;
}

export interface ApprovalPolicy {
  readonly approversNeeded: 1 | 2;
  /** Why so many, in words; empty for the ordinary single approval. */
  readonly reasons: readonly string[];
}

/** [LIFE-11] One approver; two when the version is retroactive or worth more than the workspace's amount. */
export function approvalPolicy(question: PolicyQuestion): ApprovalPolicy {
  const { effectiveFrom, today, amount, rules = DEFAULT_POLICY } = question;
  const reasons: string[] = [];
  const startsBefore = effectiveFrom !== null && effectiveFrom < today;
  if (rules.secondApproverWhenRetroactive && (startsBefore || question.retroactive === true))
    reasons.push(
      startsBefore
        ? `The terms apply from ${effectiveFrom}, before today. Two approvers decide.`
        : 'The terms say that they are retroactive. Two approvers decide.',
    );
  const limit = amount ? rules.secondApproverAbove[amount.currency] : undefined;
  if (amount && limit !== undefined && compareDecimals(amount.amount, limit) > 0)
    reasons.push(`The version is worth ${amount.amount} ${amount.currency}, more than ${limit}. Two approvers decide.`);
  return { approversNeeded: reasons.length > 0 ? 2 : 1, reasons };
}

/** A person who wrote in the version since its base. */
export interface Author {
  readonly userId: string;
  /** One cell they wrote, as people name it: "42.0, Rate". */
  readonly wrote?: string | undefined;
}

export interface ApprovalQuestion {
  readonly user: { readonly id: string; readonly name: string };
  readonly authors: readonly Author[];
  readonly submitter: string | null;
  /** Approvals of this content so far. */
  readonly approvals: readonly { readonly userId: string }[];
  /** Who agreed that this person is approver in an emergency; absent for an approver in their own right. */
  readonly agreedBy?: { readonly id: string; readonly name: string } | undefined;
}

/**
 * [LIFE-12] Whether this person may approve: nobody who wrote anything since the base, nobody who submitted it, nobody twice, in an emergency
 * nobody whom one of them agreed to.
 * The role is `access`'s question.
 */
export function canApprove({ user, authors, submitter, approvals, agreedBy }: ApprovalQuestion): Permission {
  const author = authors.find((candidate) => candidate.userId === user.id);
  if (author !== undefined)
    return denied(`${user.name} wrote ${author.wrote ?? 'in it'}, so cannot approve this version.`);
  if (submitter === user.id) return denied(`${user.name} submitted this version, so cannot approve it.`);
  if (approvals.some((approval) => approval.userId === user.id))
    return denied(`${user.name} has approved this version. The second approval is another person’s.`);
  // [GLASS-8] Else an author would choose their own approver.
  if (agreedBy !== undefined && (submitter === agreedBy.id || authors.some(({ userId }) => userId === agreedBy.id)))
    return denied(
      `${agreedBy.name} agreed that ${user.name} is approver in an emergency, and has a part in this version. Somebody without one has to agree.`,
    );
  return ALLOWED;
}

/** [LIFE-13] The exporter differs from the sole approver. */
export function canExport(question: {
  readonly user: { readonly id: string; readonly name: string };
  readonly approvals: readonly { readonly userId: string }[];
}): Permission {
  const approvers = new Set(question.approvals.map((approval) => approval.userId));
  if (approvers.size === 0) return denied('Nobody has approved this version, so it cannot be exported.');
  if (approvers.size === 1 && approvers.has(question.user.id))
    return denied(`${question.user.name} is the only one who approved this version, so another person exports it.`);
  return ALLOWED;
}

/** A place and what is wrong there: a problem of `checkWorkbook`, or a contest named for people. */
export interface Blocker {
  /** The cell as people name it: "42.0, Rate". */
  readonly where: string;
  readonly text: string;
}

/** [LIFE-14] Whether the draft may be submitted: no open contest, no problem, nothing on its way. */
export function canSubmit(question: {
  readonly contests: readonly Blocker[];
  readonly problems: readonly Blocker[];
  /** Changes that are not stored on the server. */
  readonly pending: number;
}): Permission {
  const { contests, problems, pending } = question;
  const [contest] = contests;
  if (contest !== undefined) {
    const many =
      contests.length === 1
        ? `${contest.where} is contested.`
        : `${contests.length} cells are contested, the first is ${contest.where}.`;
    return denied(`${many} Choose which value counts.`);
  }
  const [problem] = problems;
  if (problem !== undefined) {
    const more =
      problems.length === 1 ? '' : ` ${problems.length - 1} more ${problems.length === 2 ? 'is' : 'are'} listed.`;
    return denied(`${problem.where}: ${problem.text}${more}`);
  }
  if (pending > 0)
    return denied(
      `${pending === 1 ? 'One change waits' : `${pending} changes wait`} on this computer. Submit when ${pending === 1 ? 'it is' : 'they are'} stored.`,
    );
  return ALLOWED;
}
