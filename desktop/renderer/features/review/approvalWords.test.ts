import { COMMAND_KINDS, type VersionDetail } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { approvalTitle, deniedSteps, hashLines, isYourTurn, othersWhoCannot, policyWords } from './approvalWords.ts';

const denied = { ok: false as const, reason: 'Finance wrote 42.0, Rate, so cannot approve this version.' };
const can = Object.fromEntries([...COMMAND_KINDS, 'edit'].map((kind) => [kind, denied])) as VersionDetail['can'];
/** The words read these members of a detail and no others. */
const detail = (fields: Partial<VersionDetail>): VersionDetail =>
  ({
    state: 'IN_REVIEW',
    approvals: [],
    policy: { approversNeeded: 1, reasons: [] },
    can,
    ...fields,
  }) as VersionDetail;

describe('approval words', () => {
  it('[SCR-14] lists the steps of the state that the person cannot take, with the reason', () => {
    expect(deniedSteps(detail({})).map((step) => [step.kind, step.reason])).toEqual([
      ['approve', denied.reason],
      ['withdraw', denied.reason],
      ['requestChanges', denied.reason],
    ]);
    expect(deniedSteps(detail({ can: { ...can, approve: { ok: true } } })).map((step) => step.kind)).toEqual([
      'withdraw',
      'requestChanges',
    ]);
  });

  it('[SCR-14] says whose turn it is and how many approvals are to come', () => {
    const two = { approversNeeded: 2, reasons: ['The terms start before they were recorded'] };
    expect(approvalTitle(detail({ policy: two }))).toBe('Two approvals to go');
    expect(policyWords(detail({ policy: two }))).toBe(
      'Two approvals are needed. The terms start before they were recorded.',
    );
    expect(policyWords(detail({}))).toBeNull();
    expect(isYourTurn(detail({ can: { ...can, approve: { ok: true } } }))).toBe(true);
    expect(isYourTurn(detail({ state: 'APPROVED', can: { ...can, approve: { ok: true } } }))).toBe(false);
  });

  it('[SCR-14] another person’s reason is listed, the caller’s own stands among the steps', () => {
    const cannotApprove = [
      { userId: 'u-ops', name: 'Ops', reason: 'Wrote 16 changes and submitted it' },
      { userId: 'u-finance', name: 'Finance', reason: 'Wrote 2,800.00 in 42.0, Rate' },
    ];
    const review = { base: null, diff: [], impact: null, impactReason: null, checks: [], approvals: [], cannotApprove };
    expect(othersWhoCannot(review, 'u-ops').map((person) => person.name)).toEqual(['Finance']);
  });

  it('[SCR-14] shows the whole content hash in groups of eight', () => {
    const hash = '0123456789abcdef'.repeat(4);
    expect(hashLines(hash)).toHaveLength(2);
    expect(hashLines(hash).join(' ').replaceAll(' ', '')).toBe(hash);
  });
});
