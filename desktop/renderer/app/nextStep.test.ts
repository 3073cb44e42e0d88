import { COMMAND_KINDS, type VersionDetail } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { nextSteps } from './nextStep.ts';

type Can = VersionDetail['can'];
const NO = { ok: false as const, reason: 'Finance wrote 42.0, Rate, so cannot approve this version.' };
const YES = { ok: true as const };

/** Only what the next step reads; the rest of a detail does not matter to it. */
function detail(state: VersionDetail['state'], allowed: readonly string[], blockers: VersionDetail['blockers'] = []) {
  const can = Object.fromEntries([...COMMAND_KINDS, 'edit'].map((kind) => [kind, allowed.includes(kind) ? YES : NO]));
  return { state, blockers, can: can as Can } as VersionDetail;
}
const clean = { contested: 0, invalid: 0 };

describe('the next step', () => {
  it('[UI-22] resolve comes before fix, fix before submit', () => {
    const draft = detail('DRAFT', ['submit', 'edit']);
    expect(nextSteps(draft, { contested: 2, invalid: 1 }, false).primary?.text).toBe('Resolve 2 cells');
    expect(nextSteps(draft, { contested: 0, invalid: 1 }, false).primary?.text).toBe('Fix 1 cell');
    expect(nextSteps(draft, clean, false).primary?.text).toBe('Submit');
  });

  it('[UI-22] blockers only the server can see count too', () => {
    const blocker = { kind: 'missing' as const, sheet: 'lines', rowId: 'r-1', field: 'to', text: 'To is missing.' };
    expect(nextSteps(detail('DRAFT', ['submit', 'edit'], [blocker]), clean, false).primary?.text).toBe('Fix 1 cell');
  });

  it('[UI-23] the first allowed step is the primary one; a denied one keeps its reason', () => {
    expect(nextSteps(detail('IN_REVIEW', ['withdraw']), clean, false).primary?.text).toBe('Withdraw');
    const { primary, others } = nextSteps(detail('IN_REVIEW', []), clean, false);
    expect(primary).toMatchObject({ kind: 'approve', denied: NO.reason });
    expect(others.every((step) => step.denied === NO.reason)).toBe(true);
    expect(nextSteps(detail('EXECUTED', ['amend', 'export']), clean, false).primary?.text).toBe('Export');
  });

  it('[UI-24] without the server every command says so, and nothing is lost', () => {
    const { primary } = nextSteps(detail('DRAFT', ['submit', 'edit']), clean, true);
    expect(primary).toMatchObject({ kind: 'submit' });
    expect(primary?.does === 'command' ? primary.denied : null).toMatch(/cannot be reached.*kept on this computer/);
  });
});
