/** The input hash names every fact that a bill may rest on: other facts, another hash. */
import type { ActionFact, ContractVersion, DeliveryFact, TouchFact } from '@countersign/shared/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, type Given, runs } from './testKit/contract.ts';

const action: ActionFact = {
  id: 'a1',
  orderId: 'o1',
  eventType: 'SALE',
  actorId: 'u1',
  partnerId: 'p1',
  occurredAt: '2026-01-05T12:00:00Z',
  amounts: { order: '10' },
  statusEvents: [{ status: 'REVERSED', at: '2026-02-05T12:00:00Z' }],
};
const touch: TouchFact = { id: 't1', actorId: 'u1', touchType: 'CLICK', partnerId: 'p1', at: '2026-01-04T12:00:00Z' };
const count: DeliveryFact = { lineId: 'l1', localDate: '2026-01-10', quantity: '1000', source: 'own' };

const version: ContractVersion = contract({ lines: [cpm('10'), cpm('10', { id: 'l2' })] });
const hashOf = (given: Given): string => bill(version, given).inputHash;
const given: Given = { delivery: [count], actions: [action], touches: [touch] };

describe('the input hash', () => {
  it.each<[string, Given]>([
    ['a quantity', { delivery: [{ ...count, quantity: '1001' }] }],
    ['a fraction of a unit', { delivery: [{ ...count, quantity: '1000.000000000001' }] }],
    ['a date', { delivery: [{ ...count, localDate: '2026-01-11' }] }],
    ['a line', { delivery: [{ ...count, lineId: 'l2' }] }],
    ['a source', { delivery: [{ ...count, source: 'adserver' }] }],
    ['a metric', { delivery: [{ ...count, metric: 'CLICKS' }] }],
    ['one fact more, of another period', { delivery: [count, { ...count, localDate: '2026-06-01' }] }],
    ['no delivery', { delivery: [] }],
    ['an action’s amount', { actions: [{ ...action, amounts: { order: '11' } }] }],
    ['an action’s time', { actions: [{ ...action, occurredAt: '2026-01-05T12:00:00.001Z' }] }],
    ['an action’s partner', { actions: [{ ...action, partnerId: 'p2' }] }],
    ['what became of an action', { actions: [{ ...action, statusEvents: [] }] }],
    ['a touch’s time', { touches: [{ ...touch, at: '2026-01-04T12:00:01Z' }] }],
    ['a touch’s kind', { touches: [{ ...touch, touchType: 'VIEW' }] }],
    ['no touch', { touches: [] }],
    ['what was posted', { posted: [{ period: '2026-01', lineKey: 'gross:l1', amount: '1.00' }] }],
    ['the period', { period: '2026-02' }],
    ['the time as of which things are known', { asOf: '2026-03-01T00:00:00Z' }],
  ])('[BILL-1] is another one with other facts: %s', (_what, change) => {
    expect(hashOf({ ...given, ...change })).not.toBe(hashOf(given));
  });

  it('[BILL-1] is another one with another version, and the same whatever order facts stand in', () => {
    const other = contract({ lines: [cpm('10.01'), cpm('10', { id: 'l2' })] });
    expect(bill(other, given).inputHash).not.toBe(hashOf(given));
    const second = { ...count, localDate: '2026-01-12' };
    expect(hashOf({ delivery: [second, count] })).toBe(hashOf({ delivery: [count, second] }));
  });

  it('[BILL-1] actions, touches and what became of actions count from the time they were told', () => {
    const late = '2026-02-20T00:00:00Z';
    const known = (more: Given, asOf: string) => hashOf({ ...given, ...more, asOf });
    const event = { status: 'REVERSED', at: '2026-01-20T12:00:00Z', recordedAt: late } as const;
    const told: Given[] = [
      { actions: [action, { ...action, id: 'a2', recordedAt: late }] },
      { touches: [touch, { ...touch, id: 't2', recordedAt: late }] },
      { actions: [{ ...action, statusEvents: [...(action.statusEvents ?? []), event] }] },
    ];
    for (const more of told) {
      expect(known(more, '2026-02-19T23:59:59Z')).toBe(known({}, '2026-02-19T23:59:59Z'));
      expect(known(more, late)).not.toBe(known({}, late));
    }
  });

  it('[BILL-1] facts that are told later are not in the hash of what was known before', () => {
    const told: DeliveryFact = { ...count, localDate: '2026-01-12', recordedAt: '2026-02-20T00:00:00Z' };
    const asOf = '2026-02-10T00:00:00Z';
    expect(hashOf({ delivery: [count, told], asOf })).toBe(hashOf({ delivery: [count], asOf }));
    const later = '2026-03-10T00:00:00Z';
    expect(hashOf({ delivery: [count, told], asOf: later })).not.toBe(hashOf({ delivery: [count], asOf: later }));
  });

  it('[BILL-1] two sets of counts with other sums have other hashes', () => {
    const row = fc.record({
      lineId: fc.constantFrom('l1', 'l2'),
      localDate: fc.constantFrom('2026-01-01', '2026-01-02', '2026-02-01'),
      quantity: fc.integer({ min: 1, max: 3 }).map(String),
    });
    const sums = (rows: readonly DeliveryFact[]): string => {
      const by = Object.groupBy(rows, ({ lineId, localDate }) => `${localDate} ${lineId}`);
      const all = Object.entries(by).map(([key, list = []]) => {
        const quantity = list.reduce((total, { quantity: one }) => total + BigInt(one), 0n);
        return `${key} ${quantity}`;
      });
      return all.sort().join();
    };
    const keyed = (rows: readonly Omit<DeliveryFact, 'key'>[]): DeliveryFact[] =>
      rows.map((fact, n) => ({ ...fact, key: `k${n}` }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), fc.array(row, { maxLength: 4 }), (one, other) => {
        const [a, b] = [keyed(one), keyed(other)];
        expect(hashOf({ delivery: a }) === hashOf({ delivery: b })).toBe(sums(a) === sums(b));
      }),
      { seed: 5, numRuns: runs(300) },
    );
  });
});
