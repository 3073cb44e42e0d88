/** Every operator of a condition, over every place a field is looked for. */
import type { ActionFact, Condition } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { allHold, conditionHolds } from './index.ts';

describe('conditions', () => {
  const what: ActionFact = {
    id: 'a1',
    actorId: 'u1',
    occurredAt: '2026-03-10T12:00:00.000Z',
    eventType: 'SALE',
    orderId: 'o1',
    partnerId: 'p1',
    amounts: { order: '50.00', tip: '5' },
    dimensions: { geo: 'US', tier: '10', tip: 'gold' },
  };
  const cases: [Condition['field'], Condition['op'], string | string[] | undefined, boolean][] = [
    ['amounts.order', 'EQ', '50', true],
    ['amounts.order', 'NE', '50.0', false],
    ['amounts.order', 'GT', '49.99', true],
    ['amounts.order', 'GT', '50', false],
    ['amounts.order', 'GTE', '50', true],
    ['amounts.order', 'GTE', '50.01', false],
    ['amounts.order', 'LT', '50', false],
    ['amounts.order', 'LT', '9', false],
    ['amounts.order', 'LT', '50.01', true],
    ['amounts.order', 'LTE', '50', true],
    ['amounts.order', 'LTE', '49', false],
    ['amounts.geo', 'EXISTS', undefined, false],
    ['dimensions.geo', 'EQ', 'US', true],
    ['dimensions.order', 'MISSING', undefined, true],
    ['order', 'EQ', '50', true],
    ['tip', 'EQ', 'gold', true],
    ['geo', 'IN', ['DE', 'US'], true],
    ['geo', 'IN', ['DE'], false],
    ['geo', 'NOT_IN', ['DE'], true],
    ['geo', 'NOT_IN', ['US', 'DE'], false],
    ['geo', 'GT', 'UA', true],
    ['geo', 'LT', 'UA', false],
    ['geo', 'LTE', 'US', true],
    ['tier', 'GT', '9', true],
    ['tier', 'GT', '9a', false],
    ['geo', 'GT', '5', true],
    ['geo', 'GTE', 'US', true],
    ['geo', 'LT', 'US', false],
    ['geo', 'EXISTS', undefined, true],
    ['geo', 'MISSING', undefined, false],
    ['eventType', 'EQ', 'SALE', true],
    ['orderId', 'EQ', 'o1', true],
    ['actorId', 'EQ', 'u1', true],
    ['partnerId', 'EQ', 'p1', true],
    ['nothing', 'EQ', 'x', false],
    ['nothing', 'NE', 'x', true],
    ['nothing', 'NOT_IN', ['x'], true],
    ['nothing', 'GT', '0', false],
    ['nothing', 'GTE', '0', false],
    ['nothing', 'LT', '9', false],
    ['nothing', 'LTE', '9', false],
    ['amounts.order', 'GT', undefined, false],
    ['amounts.order', 'GTE', undefined, false],
    ['amounts.order', 'LT', undefined, false],
    ['amounts.order', 'LTE', undefined, false],
    ['geo', 'EQ', undefined, false],
  ];
  it.each(cases)('[ATTR-7] %s %s %j is %s', (field, op, value, holds) => {
    expect(conditionHolds({ field, op, ...(value === undefined ? {} : { value }) }, what)).toBe(holds);
  });

  it('[ATTR-7] the partner asked about stands before the one the action names; all conditions must hold', () => {
    const is: Condition = { field: 'partnerId', op: 'EQ', value: 'p2' };
    expect([conditionHolds(is, what), conditionHolds(is, what, 'p2')]).toEqual([false, true]);
    const geo: Condition = { field: 'geo', op: 'EQ', value: 'US' };
    expect([
      allHold(undefined, what),
      allHold([], what),
      allHold([geo, is], what),
      allHold([geo, is], what, 'p2'),
    ]).toEqual([true, true, false, true]);
    const bare: ActionFact = { id: 'a1', occurredAt: what.occurredAt };
    expect(conditionHolds({ field: 'amounts.x', op: 'MISSING' }, bare)).toBe(true);
    expect(conditionHolds({ field: 'dimensions.x', op: 'MISSING' }, bare)).toBe(true);
    expect(conditionHolds({ field: 'x', op: 'MISSING' }, bare)).toBe(true);
  });
});
