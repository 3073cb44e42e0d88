/** What changes of an action's standing pay: upgrades, locks and reversals at the edges of their spans. */
import type { ActionFact, TouchFact } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill } from './testKit/contract.ts';
import { action, paid, program, rule, unit } from './testKit/payouts.ts';

describe('upgrades', () => {
  const upgraded = (id: string, day: string, on: string, eventType?: string): ActionFact =>
    action(id, day, { eventType: 'LEAD', statusEvents: [{ status: 'UPGRADED', at: `${on}T12:00:00Z`, eventType }] });
  const of = (within: 'BILLING_PERIOD' | 'QUARTER' | 'YEAR' | 'TERM', on: string, from?: string) =>
    bill(
      program({
        effectiveTo: '2028-01-01',
        payoutRules: [rule(unit('10'), { id: 'sale', eventType: 'SALE' }), rule(unit('1'), { id: 'z' })],
        upgrades: [{ id: 'u', from, to: 'SALE', within }],
      }),
      { actions: [upgraded('1', '2026-02-10', on, 'SALE')], period: '2026-02' },
    ).actions?.[0]?.payout;

  it('[ATTR-13] are admitted within the span of the action, from its first to before its last day', () => {
    expect(['2026-02-11', '2026-02-28', '2026-03-01'].map((on) => of('BILLING_PERIOD', on))).toEqual([
      '10.00',
      '10.00',
      '1.00',
    ]);
    expect(['2026-03-31', '2026-04-01'].map((on) => of('QUARTER', on))).toEqual(['10.00', '1.00']);
    expect(['2026-12-31', '2027-01-01'].map((on) => of('YEAR', on))).toEqual(['10.00', '1.00']);
    expect(of('TERM', '2027-06-01')).toBe('10.00');
    expect([of('TERM', '2026-03-01', 'LEAD'), of('TERM', '2026-03-01', 'TRIAL')]).toEqual(['10.00', '1.00']);
  });

  it('[ATTR-13] are not admitted before the span of the action, and on its first day they are', () => {
    const on = (day: string, upgrade: string) => {
      const version = program({
        payoutRules: [rule(unit('10'), { id: 'sale', eventType: 'SALE' }), rule(unit('1'), { id: 'z' })],
        upgrades: [{ id: 'u', to: 'SALE', within: 'BILLING_PERIOD' }],
      });
      return paid(version, [upgraded('1', day, upgrade, 'SALE')], '2026-02');
    };
    expect(on('2026-02-01', '2026-02-01')).toEqual(['1 10.00 PENDING']);
    expect(on('2026-02-01', '2026-01-31')).toEqual(['1 1.00 PENDING']);
  });

  it('[ATTR-13] of an action that no version governs are refused like the action', () => {
    const version = program({ effectiveFrom: '2026-02-10', payoutRules: [rule(unit('10'))] });
    const { actions, warnings } = bill(version, {
      actions: [upgraded('1', '2026-02-05', '2026-02-06', 'SALE')],
      period: '2026-02',
    });
    expect(actions?.map((a) => a.reason)).toEqual(['No executed version governs its day.']);
    expect(warnings.map((w) => w.code)).toEqual(['UPGRADE_REFUSED']);
  });

  it('[ATTR-13] what no rule admits is said with the type it stays and the one it would have been', () => {
    const warned = (fact: ActionFact) =>
      bill(program({ payoutRules: [rule(unit('10'))] }), { actions: [fact], period: '2026-02' }).warnings;
    const text = (was: string, to: string) => [
      {
        code: 'UPGRADE_REFUSED',
        text: `Action 1 stays ${was}: the contract does not let it become ${to} on that day.`,
      },
    ];
    expect(warned(upgraded('1', '2026-02-10', '2026-02-11', 'SALE'))).toEqual(text('LEAD', 'SALE'));
    expect(warned(upgraded('1', '2026-02-10', '2026-02-11'))).toEqual(text('LEAD', 'a type that is not named'));
    expect(warned({ ...upgraded('1', '2026-02-10', '2026-02-11', 'SALE'), eventType: undefined })).toEqual(
      text('as it was', 'SALE'),
    );
  });
});

describe('locks and reversals', () => {
  const reversedOn = (id: string, at: string) =>
    action(id, '2026-01-10', { statusEvents: [{ status: 'REVERSED', at: `${at}T12:00:00Z` }] });

  it('[ATTR-9] the day of the lock is late already, the day before is not', () => {
    const version = program({ payoutRules: [rule(unit('10'))], locks: [{ days: 5 }] });
    const actions = [reversedOn('1', '2026-01-14'), reversedOn('2', '2026-01-15')];
    expect(paid(version, actions, '2026-01')).toEqual(['1 0.00 REVERSED', '2 0.00 REVERSED_AFTER_LOCK']);
    const lines = (period: string) => bill(version, { actions, period }).lines.map((l) => `${l.key} ${l.gross}`);
    expect(lines('2026-01')).toEqual(['r 0.00']);
    const late = [reversedOn('1', '2026-01-14'), reversedOn('2', '2026-02-15')];
    expect(paid(version, late, '2026-01')).toEqual(['1 0.00 REVERSED', '2 10.00 LOCKED']);
    expect(
      bill(version, { actions: late, period: '2026-02' }).lines.map((l) => `${l.key} ${l.quantity} ${l.gross}`),
    ).toEqual(['r#late -1 -10.00']);
  });

  it('[ATTR-9] on the day of its lock an action is locked, as of the day before it is pending', () => {
    const version = program({ payoutRules: [rule(unit('10'))], locks: [{ days: 5 }] });
    const of = (asOf?: string) =>
      bill(version, { actions: [action('1', '2026-01-10')], asOf }).actions?.map((a) => a.status);
    expect(of('2026-01-14T23:00:00-05:00')).toEqual(['PENDING']);
    expect(of('2026-01-15T00:00:00-05:00')).toEqual(['LOCKED']);
    expect(of()).toEqual(['LOCKED']);
    expect(bill(version, { actions: [action('1', '2026-01-28')] }).actions?.[0]?.status).toBe('PENDING');
  });

  it('[ATTR-10] of each billing period its earliest reversals stand, the words say how many', () => {
    const version = program({ payoutRules: [rule(unit('10'))], locks: [{ days: 60, maxReversalPercent: '34' }] });
    const actions = [
      ...['1', '2', '3'].map((id) => reversedOn(id, '2026-01-20')),
      ...['4', '5', '6'].map((id) => ({ ...reversedOn(id, '2026-02-20'), occurredAt: '2026-02-10T17:00:00Z' })),
    ];
    expect(paid(version, actions, '2026-01')).toEqual(['1 0.00 REVERSED', '2 10.00 PENDING', '3 10.00 PENDING']);
    const february = bill(version, { actions, period: '2026-02' });
    expect(february.actions?.map((a) => a.status)).toEqual(['REVERSED', 'PENDING', 'PENDING']);
    expect(february.warnings).toEqual([
      {
        code: 'REVERSAL_LIMIT',
        text: '2 of 3 reversals of 2026-02 are refused: at most 34% of 3 actions may be reversed.',
      },
    ]);
  });
});

describe('rules that ask for a partner', () => {
  it('[ATTR-5] speak of the one who is credited, and of none where several are', () => {
    const version = program({
      attribution: { model: 'LINEAR', windows: [{ touchType: 'CLICK', size: 'P30D' }] },
      payoutRules: [
        rule(unit('10'), { id: 'own', priority: -1, conditions: [{ field: 'partnerId', op: 'EQ', value: 'p' }] }),
        rule(unit('4'), { id: 'all' }),
      ],
    });
    const touch = (id: string, partnerId: string): TouchFact => ({
      id,
      actorId: 'u',
      touchType: 'CLICK',
      partnerId,
      at: '2026-01-05T00:00:00Z',
    });
    const actions = [action('1', '2026-01-10', { partnerId: undefined, actorId: 'u' })];
    const of = (...partners: string[]) =>
      bill(version, { actions, touches: partners.map((partner, i) => touch(`t${i}`, partner)) }).totals.total;
    expect([of('p'), of('q'), of('p', 'q'), of('q', 'p')]).toEqual(['10.00', '4.00', '4.00', '4.00']);
  });
});
