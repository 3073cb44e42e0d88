/** Attribution at its edges: both ends of a window, and every way to credit. */
import {
  type ActionFact,
  type AttributionPolicy,
  buildZoneTable,
  type Condition,
  type TouchFact,
} from '@countersign/shared/model';
import { DomainError, exactText } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import {
  attribute,
  clicksOverViews,
  earliestFirst,
  eligibleTouches,
  modelWeights,
  parseWindow,
  pickTouch,
  touchesByActor,
  withinWindow,
} from './index.ts';

const table = buildZoneTable('America/New_York', Date.parse('2026-01-01'), Date.parse('2026-12-31'));
const HOUR = 3_600_000;
const AT = Date.parse('2026-03-10T12:00:00Z');

const action = (change: Partial<ActionFact> = {}): ActionFact => ({
  id: 'a1',
  actorId: 'u1',
  occurredAt: new Date(AT).toISOString(),
  ...change,
});
const touch = (id: string, hoursBefore: number, change: Partial<TouchFact> = {}): TouchFact => ({
  id,
  actorId: 'u1',
  touchType: 'CLICK',
  partnerId: `p-${id}`,
  at: new Date(AT - hoursBefore * HOUR).toISOString(),
  ...change,
});
const policy = (change: Partial<AttributionPolicy> = {}): AttributionPolicy => ({
  model: 'LINEAR',
  windows: [
    { touchType: 'CLICK', size: 'P1D' },
    { touchType: 'VIEW', size: 'PT2H' },
  ],
  ...change,
});
const credited = (touches: readonly TouchFact[], how: Partial<AttributionPolicy> = {}, what = action()) => {
  const timed = touchesByActor(touches).get('u1') ?? [];
  const { credits, text } = attribute(what, timed, policy(how), table);
  return `${credits.map((c) => `${c.touchId}=${c.partnerId}:${exactText(c.weight)}`).join(' ')} | ${text}`;
};

describe('windows', () => {
  it('[ATTR-1] a duration adds weeks, days, hours, minutes and seconds', () => {
    expect(parseWindow('P30D')).toEqual({ days: 30, ms: 30 * 24 * HOUR });
    expect(parseWindow('P2W')).toEqual({ days: 14, ms: 14 * 24 * HOUR });
    expect(parseWindow('P1DT2H3M4S')).toEqual({ days: 1, ms: 24 * HOUR + 2 * HOUR + 3 * 60_000 + 4000 });
    expect(parseWindow('PT90M')).toEqual({ days: 0, ms: 90 * 60_000 });
    expect(parseWindow('P10DT10H10M10S').ms).toBe(((240 + 10) * 60 + 10) * 60_000 + 10_000);
  });

  it.each(['P', 'P1DT', '30D', 'xP1D', 'P1Dx', 'P1Y', 'PT1H1D', ''])('[ATTR-1] refuses the duration %j', (text) => {
    let refusal: unknown;
    try {
      parseWindow(text);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({
      code: 'BAD_DURATION',
      what: `"${text}" is not a duration.`,
      cure: 'Write it as P30D or PT24H.',
    });
  });

  it('[ATTR-1] both ends count, and not a millisecond more', () => {
    const within = (before: number, size: string, kind: 'ELAPSED' | 'CALENDAR') =>
      withinWindow(AT - before, AT, parseWindow(size), kind, table);
    expect([0, HOUR, HOUR + 1, -1].map((ms) => within(ms, 'PT1H', 'ELAPSED'))).toEqual([true, true, false, false]);
    // 10 March 08:00 in New York: the day before began 32 hours earlier.
    expect([32 * HOUR, 32 * HOUR + 1, -1].map((ms) => within(ms, 'P1D', 'CALENDAR'))).toEqual([true, false, false]);
  });
});

describe('credit', () => {
  it('[ATTR-3] LAST and FIRST by time, then CLICK, then the lowest id, in any order given', () => {
    const at = (id: string, touchType: string, atMs: number) => ({ id, touchType, atMs });
    const touches = [at('A', 'VIEW', 5), at('b', 'CLICK', 5), at('a', 'CLICK', 5), at('d', 'CLICK', 1)];
    for (const list of [touches, [...touches].reverse()]) {
      expect(pickTouch(list, 'LAST')?.id).toBe('a');
      expect(pickTouch(list, 'FIRST')?.id).toBe('d');
      expect([...list].sort(earliestFirst).map((t) => t.id)).toEqual(['d', 'a', 'b', 'A']);
    }
    expect(pickTouch([], 'LAST')).toBeNull();
    expect(earliestFirst(at('a', 'CLICK', 1), at('a', 'CLICK', 1))).toBe(0);
  });

  it('[ATTR-3] views drop out only when a click is eligible and the policy says so', () => {
    const view = { id: 'v', touchType: 'VIEW', atMs: 1 };
    const click = { id: 'c', touchType: 'CLICK', atMs: 2 };
    expect(clicksOverViews([view, click], true)).toEqual([click]);
    expect(clicksOverViews([view, click], false)).toEqual([view, click]);
    expect(clicksOverViews([view], true)).toEqual([view]);
  });

  it('[ATTR-4] weights of each model', () => {
    const weights = (model: Parameters<typeof modelWeights>[0], n: number) => modelWeights(model, n).map(exactText);
    expect(weights('LAST', 3)).toEqual(['0', '0', '1']);
    expect(weights('FIRST', 3)).toEqual(['1', '0', '0']);
    expect(weights('LINEAR', 2)).toEqual(['1', '1']);
    expect(weights('POSITION', 1)).toEqual(['1']);
    expect(weights('POSITION', 2)).toEqual(['1', '1']);
    expect(weights('POSITION', 3)).toEqual(['40', '20', '40']);
    expect(weights('POSITION', 6)).toEqual(['40', '5', '5', '5', '5', '40']);
  });

  it('[ATTR-3] says in words who is credited and why', () => {
    expect(credited([], {}, action({ partnerId: 'p9' }))).toBe('null=p9:1 | The action names its partner, p9.');
    expect(credited([])).toBe(' | No touch lies inside an attribution window.');
    expect(attribute(action(), [], undefined, table)).toEqual({
      credits: [],
      text: 'The action names no partner and the contract has no attribution policy.',
    });
    const touches = [touch('t1', 3), touch('t2', 1, { touchType: 'VIEW' })];
    expect(credited(touches, { model: 'LAST' })).toBe('t2=p-t2:1 | Last of 2 eligible touches: view t2 of p-t2.');
    expect(credited(touches, { model: 'FIRST' })).toBe('t1=p-t1:1 | First of 2 eligible touches: click t1 of p-t1.');
    expect(credited([...touches].reverse())).toBe('t1=p-t1:1 t2=p-t2:1 | 2 eligible touches share the credit, linear.');
    expect(credited(touches, { clickOverridesView: true })).toBe(
      't1=p-t1:1 | 1 eligible touches share the credit, linear.',
    );
    expect(credited([touch('t1', 12), touch('t2', 0)], { model: 'TIME_DECAY', halfLifeDays: '0.5' })).toBe(
      't1=p-t1:0.5 t2=p-t2:1 | 2 eligible touches share the credit, time decay.',
    );
    expect(
      credited([touch('t1', 7 * 24), touch('t2', 0)], {
        model: 'TIME_DECAY',
        windows: [{ touchType: 'CLICK', size: 'P1W' }],
      }),
    ).toContain('t1=p-t1:0.5 t2=p-t2:1');
  });

  it('[ATTR-1] a touch counts by the window of its own type and by its actor', () => {
    const ids = (touches: readonly TouchFact[]) =>
      eligibleTouches(action(), touchesByActor(touches).get('u1') ?? [], policy(), table).map((t) => t.id);
    expect(ids([touch('c', 3), touch('v', 3, { touchType: 'VIEW' }), touch('o', 1, { touchType: 'OPEN' })])).toEqual([
      'c',
    ]);
    expect(ids([touch('c', 1, { actorId: 'u2' })])).toEqual([]);
    expect([...touchesByActor([touch('x', 1), touch('y', 2), touch('z', 3, { actorId: 'u2' })])].length).toBe(2);
  });

  it('[ATTR-2] a window with conditions the action meets replaces those without', () => {
    const condition: Condition = { field: 'geo', op: 'EQ', value: 'US' };
    const windows = [
      { touchType: 'CLICK', size: 'P1D' },
      { touchType: 'CLICK', size: 'PT1H', conditions: [condition] },
    ];
    const ids = (geo: string, list = windows) =>
      eligibleTouches(
        action({ dimensions: { geo } }),
        touchesByActor([touch('t1', 3), touch('t2', 0.5)]).get('u1') ?? [],
        policy({ windows: list }),
        table,
      ).map((t) => t.id);
    expect(ids('US')).toEqual(['t2']);
    expect(ids('DE')).toEqual(['t1', 't2']);
    expect(ids('US', [{ touchType: 'CLICK', size: 'P1D', conditions: [] }, windows[1] as never])).toEqual(['t2']);
  });

  it('[ATTR-12] two steps: the first within its window, the second within the next, of one order', () => {
    const windows: AttributionPolicy['windows'] = [
      { touchType: 'CLICK', size: 'PT2H', via: { eventType: 'BID', within: 'PT3H' } },
    ];
    const step = (hoursBefore: number, change: Partial<ActionFact> = {}) =>
      action({ id: 's', eventType: 'BID', occurredAt: new Date(AT - hoursBefore * HOUR).toISOString(), ...change });
    const counts = (steps: readonly ActionFact[], hours = 4, what = action({ orderId: 'o1' })) =>
      eligibleTouches(what, touchesByActor([touch('t', hours)]).get('u1') ?? [], policy({ windows }), table, steps)
        .length === 1;
    expect(counts([step(3)])).toBe(true);
    expect(counts([step(2)])).toBe(true);
    expect(counts([step(1.9)])).toBe(false);
    expect(counts([step(3.1)], 5)).toBe(false);
    expect(counts([step(3, { eventType: 'VISIT' })])).toBe(false);
    expect(counts([step(3, { orderId: 'o2' })])).toBe(false);
    expect(counts([step(3, { orderId: 'o1' })])).toBe(true);
    expect(counts([step(3, { orderId: 'o2' })], 4, action())).toBe(true);
    expect(counts([])).toBe(false);
    const calendar: AttributionPolicy['windows'] = [
      { touchType: 'CLICK', size: 'P1D', via: { eventType: 'BID', within: 'P1D', kind: 'CALENDAR' } },
    ];
    const day = eligibleTouches(
      action(),
      touchesByActor([touch('t', 32)]).get('u1') ?? [],
      policy({ windows: calendar }),
      table,
      [step(31)],
    );
    expect(day.length).toBe(1);
  });
});
