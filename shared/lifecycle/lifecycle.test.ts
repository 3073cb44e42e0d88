import { VERSION_STATES } from '@countersign/shared/model';
import { describe, expect, test } from 'vitest';
import {
  approvalPolicy,
  canApprove,
  canExport,
  canSubmit,
  DEFAULT_POLICY,
  decide,
  LIFECYCLE_COMMANDS,
  type Situation,
  transition,
  voidsApprovals,
} from './index.ts';

const ARROWS = [
  'DRAFT submit IN_REVIEW',
  'IN_REVIEW requestChanges DRAFT',
  'IN_REVIEW withdraw DRAFT',
  'IN_REVIEW reopen DRAFT',
  'APPROVED reopen DRAFT',
  'IN_REVIEW approve APPROVED',
  'APPROVED execute EXECUTED',
  'EXECUTED amend EXECUTED',
  'EXECUTED terminate TERMINATED',
  'EXECUTED export EXECUTED',
  'DRAFT void VOID',
  'IN_REVIEW void VOID',
  'APPROVED void VOID',
  'EXECUTED supersede SUPERSEDED',
  'EXECUTED expire EXPIRED',
];

const approver = { userId: 'u-approver', name: 'Approver', roles: ['approver'] } as const;
const review: Situation = {
  actor: approver,
  state: 'IN_REVIEW',
  kind: 'CONTRACT',
  contentHash: 'h1',
  expectedHash: 'h1',
  authors: [{ userId: 'u-finance', wrote: '42.0, Rate' }],
  submitter: 'u-finance',
  approvals: [],
  policy: { approversNeeded: 1, reasons: [] },
  contests: [],
  problems: [],
};

describe('transition', () => {
  test('[LIFE-1] exactly these arrows exist', () => {
    const found = VERSION_STATES.flatMap((state) =>
      LIFECYCLE_COMMANDS.flatMap((command) => {
        const next = transition(state, command);
        return next === null ? [] : [`${state} ${command} ${next}`];
      }),
    );
    expect(found.sort()).toEqual([...ARROWS].sort());
  });

  test('[LIFE-2] whatever returns a version to draft voids its approvals', () => {
    expect(voidsApprovals('IN_REVIEW', 'requestChanges')).toBe(true);
    expect(voidsApprovals('APPROVED', 'reopen')).toBe(true);
    expect(voidsApprovals('IN_REVIEW', 'approve')).toBe(false);
    expect(voidsApprovals('DRAFT', 'submit')).toBe(false);
  });
});

describe('policy', () => {
  test('[LIFE-11] one approver; two when retroactive or above the amount, with the reason', () => {
    const base = { effectiveFrom: '2026-12-01', today: '2026-11-21' };
    expect(approvalPolicy(base)).toEqual({ approversNeeded: 1, reasons: [] });
    expect(approvalPolicy({ ...base, effectiveFrom: '2026-11-21' }).approversNeeded).toBe(1);
    expect(approvalPolicy({ ...base, effectiveFrom: '2026-11-20' })).toEqual({
      approversNeeded: 2,
      reasons: ['The terms apply from 2026-11-20, before today. Two approvers decide.'],
    });
    expect(approvalPolicy({ ...base, retroactive: true }).approversNeeded).toBe(2);
    expect(approvalPolicy({ ...base, amount: { amount: '250000.00', currency: 'USD' } }).approversNeeded).toBe(1);
    expect(approvalPolicy({ ...base, amount: { amount: '250000.01', currency: 'USD' } }).reasons).toEqual([
      'The version is worth 250000.01 USD, more than 250000.00. Two approvers decide.',
    ]);
    expect(approvalPolicy({ ...base, effectiveFrom: null, amount: null }).approversNeeded).toBe(1);
  });

  test('[LIFE-10] the default policy knows no amount in other currencies', () => {
    const yen = { effectiveFrom: null, today: '2026-11-21', amount: { amount: '9999999999', currency: 'JPY' } };
    expect(approvalPolicy(yen).approversNeeded).toBe(1);
    expect(
      approvalPolicy({ ...yen, rules: { ...DEFAULT_POLICY, secondApproverAbove: { JPY: '1' } } }).approversNeeded,
    ).toBe(2);
  });

  test('[LIFE-12] nobody approves what they wrote, submitted or approved already', () => {
    const user = { id: 'u-finance', name: 'Finance' };
    const question = { user, authors: [], submitter: null, approvals: [] };
    expect(canApprove({ ...question, authors: [{ userId: 'u-finance', wrote: '42.0, Rate' }] })).toEqual({
      ok: false,
      reason: 'Finance wrote 42.0, Rate, so cannot approve this version.',
    });
    expect(canApprove({ ...question, submitter: 'u-finance' })).toMatchObject({
      reason: 'Finance submitted this version, so cannot approve it.',
    });
    expect(canApprove({ ...question, approvals: [{ userId: 'u-finance' }] }).ok).toBe(false);
    expect(canApprove({ ...question, authors: [{ userId: 'u-ops' }], submitter: 'u-ops' })).toEqual({ ok: true });
  });

  test('[GLASS-8] an emergency approver is not one whom an author or the submitter agreed to', () => {
    const held = { role: 'approver', asked: '5', agreedBy: 'u-exporter', until: '2026-11-21T10:00:00.000Z' } as const;
    const ops = { userId: 'u-ops', name: 'Ops', roles: ['editor'], emergency: [held] } as const;
    const agreedBy = (userId: string): Situation => ({
      ...review,
      actor: { ...ops, emergency: [{ ...held, agreedBy: userId, agreedByName: 'Finance' }] },
    });
    expect(decide('approve', { ...review, actor: { ...ops, emergency: [] } })).toMatchObject({ code: 'role' });
    expect(decide('approve', agreedBy('u-exporter'))).toMatchObject({ ok: true, state: 'APPROVED' });
    const refused = {
      ok: false,
      code: 'duties',
      reason:
        'Finance agreed that Ops is approver in an emergency, and has a part in this version. Somebody without one has to agree.',
    };
    expect(decide('approve', agreedBy('u-finance'))).toEqual(refused);
    expect(decide('approve', { ...agreedBy('u-other'), submitter: 'u-other', authors: [] })).toEqual(refused);
    // What break-glass never lifts: who wrote does not approve, and nobody counts twice.
    expect(decide('approve', { ...agreedBy('u-exporter'), authors: [{ userId: 'u-ops' }] })).toMatchObject({
      code: 'duties',
    });
    const own = [{ userId: 'u-ops', contentHash: 'h1' }];
    const two = { approversNeeded: 2 as const, reasons: [] };
    expect(decide('approve', { ...agreedBy('u-exporter'), approvals: own, policy: two })).toMatchObject({
      code: 'duties',
    });
    // An approver in their own right is judged as ever.
    const standing = {
      ...agreedBy('u-finance'),
      actor: { ...agreedBy('u-finance').actor, roles: ['approver'] as const },
    };
    expect(decide('approve', standing)).toMatchObject({ ok: true });
  });

  test('[LIFE-13] the exporter differs from the sole approver', () => {
    const user = { id: 'u-x', name: 'Xaver' };
    expect(canExport({ user, approvals: [{ userId: 'u-x' }] })).toMatchObject({ ok: false });
    expect(canExport({ user, approvals: [{ userId: 'u-x' }, { userId: 'u-y' }] }).ok).toBe(true);
    expect(canExport({ user, approvals: [] })).toMatchObject({ ok: false });
  });

  test('[LIFE-14] a draft with a contest, a problem or a change on its way is not submitted', () => {
    const clear = { contests: [], problems: [], pending: 0 };
    expect(canSubmit(clear)).toEqual({ ok: true });
    const contest = { where: '42.0, Rate', text: '' };
    expect(canSubmit({ ...clear, contests: [contest] })).toMatchObject({
      reason: '42.0, Rate is contested. Choose which value counts.',
    });
    expect(canSubmit({ ...clear, contests: [contest, contest] })).toMatchObject({
      reason: '2 cells are contested, the first is 42.0, Rate. Choose which value counts.',
    });
    const problem = { where: '47.0, To', text: 'Ends before it starts. Choose 8 Nov 2016 or later.' };
    expect(canSubmit({ ...clear, problems: [problem, problem] })).toMatchObject({
      reason: '47.0, To: Ends before it starts. Choose 8 Nov 2016 or later. 1 more is listed.',
    });
    expect(canSubmit({ ...clear, pending: 2 })).toMatchObject({
      reason: '2 changes wait on this computer. Submit when they are stored.',
    });
  });
});

describe('decide', () => {
  test('[LIFE-20] the last approval needed approves, an earlier one leaves the version in review', () => {
    expect(decide('approve', review)).toEqual({ ok: true, state: 'APPROVED', voidsApprovals: false });
    const two: Situation = { ...review, policy: { approversNeeded: 2, reasons: ['…'] } };
    expect(decide('approve', two)).toMatchObject({ ok: true, state: 'IN_REVIEW' });
    const second: Situation = { ...two, approvals: [{ userId: 'u-controller', contentHash: 'h1' }] };
    expect(decide('approve', second)).toMatchObject({ ok: true, state: 'APPROVED' });
  });

  test('[LIFE-21] an approval of other content counts for nothing', () => {
    const two: Situation = {
      ...review,
      policy: { approversNeeded: 2, reasons: ['…'] },
      approvals: [{ userId: 'u-controller', contentHash: 'h0' }],
    };
    expect(decide('approve', two)).toMatchObject({ ok: true, state: 'IN_REVIEW' });
    expect(decide('execute', { ...two, state: 'APPROVED' })).toMatchObject({ ok: false, code: 'duties' });
  });

  test('[LIFE-22] role, then stale content, then duties and blockers are looked at', () => {
    const finance = { userId: 'u-finance', name: 'Finance', roles: ['editor', 'approver', 'exporter'] } as const;
    expect(decide('approve', { ...review, actor: { ...finance, roles: ['editor'] } })).toMatchObject({ code: 'role' });
    expect(decide('approve', { ...review, expectedHash: 'h0' })).toMatchObject({ code: 'staleVersion' });
    expect(decide('approve', { ...review, actor: finance })).toEqual({
      ok: false,
      code: 'duties',
      reason: 'Finance wrote 42.0, Rate, so cannot approve this version.',
    });
    const draft: Situation = { ...review, actor: finance, state: 'DRAFT' };
    expect(decide('submit', { ...draft, contests: [{ where: '42.0, Rate', text: '' }] })).toMatchObject({
      code: 'blocked',
    });
    expect(decide('submit', draft)).toEqual({ ok: true, state: 'IN_REVIEW', voidsApprovals: false });
    expect(decide('reopen', { ...review, actor: finance, state: 'APPROVED' })).toEqual({
      ok: true,
      state: 'DRAFT',
      voidsApprovals: true,
    });
    const executed: Situation = {
      ...review,
      state: 'EXECUTED',
      approvals: [{ userId: 'u-finance', contentHash: 'h1' }],
    };
    expect(decide('export', { ...executed, actor: finance })).toMatchObject({ code: 'duties' });
    expect(decide('export', { ...executed, actor: { ...finance, userId: 'u-exporter' } })).toMatchObject({
      ok: true,
      state: 'EXECUTED',
    });
  });
});
