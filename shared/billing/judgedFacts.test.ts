/** Rows that need judging, one by one: what is refused and why, what replaces what, and how readings of facts are joined. */
import { type DeliveryFact, dayNumber } from '@countersign/shared/model';
import { exactText } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { mergeDelivery } from './columns.ts';
import { sumRows } from './deliveryRows.ts';
import { plainCount, sumPlainRows } from './plainRows.ts';
import { preview } from './preview.ts';
import type { Delivery } from './series.ts';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

const lines = new Set(['l1', 'l2']);
const judged = (facts: readonly DeliveryFact[], asOfMs: number | null = null): Delivery =>
  sumRows(facts, asOfMs, { table: null, dayStartMs: 0 }, lines);
const text = ({ byLine, rejected }: Delivery): string[] => [
  ...[...byLine].flatMap(([lineId, list]) =>
    list.map(
      ({ source, metric, days, sample }) =>
        `${lineId} ${source} ${metric} ${days
          .list()
          .map((d) => `${d.day}:${exactText(d.quantity)}/${d.count}`)
          .join()} ${sample.join()}`,
    ),
  ),
  ...rejected.map(({ reason, count, samples }) => `${reason} ${count}: ${samples.join()}`),
];
const DAY = dayNumber('2026-01-10');

describe('plain counts', () => {
  it('[BILL-44] whole numbers of up to 15 digits as they are written, nothing else', () => {
    for (const [written, value] of [
      ['0', 0],
      ['9', 9],
      ['10', 10],
      ['999999999999999', 999_999_999_999_999],
    ] as const)
      expect(plainCount(written)).toBe(value);
    for (const other of [
      '',
      '00',
      '01',
      '007',
      '-1',
      '+1',
      '1.0',
      '1e3',
      ' 1',
      '1 ',
      '/',
      ':',
      '1:',
      '1000000000000000',
      5,
      null,
    ])
      expect(plainCount(other)).toBe(-1);
  });

  it('[BILL-44] a date that only looks like one is left to be judged', () => {
    const of = (...dates: string[]) =>
      sumPlainRows(
        dates.map((date) => delivered('1', date)),
        null,
        lines,
      );
    expect(text(of('1996-01-01', '2005-01-01', '2169-12-31') ?? judged([]))).toEqual([]);
    expect(text(of('2005-01-01', '2005-01-31') ?? judged([]))).toEqual(['l1 own  12784:1/1,12814:1/1 ']);
    expect(of('1996-01-01')).not.toBeNull();
    for (const date of [
      '19:5-01-01',
      '20/6-01-01',
      '2005-0/-01',
      '2005-01-0:',
      '2005/01-01',
      '2005-01/01',
      '2005-1-001',
      '2005-00-01',
      '2005-13-01',
      '2005-01-00',
      '2005-02-30',
      '2005-01-01 ',
    ])
      expect(of(date), date).toBeNull();
  });
});

describe('rows that are judged', () => {
  it('[BILL-2] are refused with the reason and how they begin', () => {
    const facts = [
      delivered('1', '2026-02-30', { id: 'a' }),
      delivered('1', '2026-1-10'),
      delivered('1', '2026-01-10', { lineId: 'l9' }),
      delivered('1,5', '2026-01-11'),
      delivered('1', '2026-01-12'),
      { lineId: 'l1', quantity: '4' },
      { lineId: 'l1', quantity: '4', at: '2026-01-10T12:00:00Z' },
    ];
    expect(text(judged(facts))).toEqual([
      `l1 own  ${DAY + 2}:1/1 `,
      'The date does not exist 2: a 2026-02-30 1,l1 2026-1-10 1',
      'The line is in no version of the contract 1: l9 2026-01-10 1',
      'The quantity is not a plain decimal text 1: l1 2026-01-11 1,5',
      'The row has neither a local date nor a point in time 2: l1  4,l1 2026-01-10T12:00:00Z 4',
    ]);
  });

  it('[BILL-2] a later report replaces an earlier one, in whatever order; of equal ones the first recorded stays', () => {
    const report = (quantity: string, reportVersion?: number, more: Partial<DeliveryFact> = {}) =>
      delivered(quantity, '2026-01-10', { ...(reportVersion === undefined ? {} : { reportVersion }), ...more });
    const sums = (...facts: DeliveryFact[]) => text(judged(facts));
    const twice = 'The same report version was given twice with different quantities 1: l1 2026-01-10';
    for (const given of [
      [report('5'), report('7', 2)],
      [report('7', 2), report('5')],
      [report('7', 2), report('5', 1), report('7', 2)],
    ])
      expect(sums(...given)).toEqual([`l1 own  ${DAY}:7/1 `]);
    expect(sums(report('5'), report('4', 1))).toEqual([`l1 own  ${DAY}:4/1 `, twice]);
    expect(sums(report('4'), report('5', 1))).toEqual([`l1 own  ${DAY}:4/1 `, twice]);
    const early = { recordedAt: '2026-01-11T00:00:00Z' };
    const late = { recordedAt: '2026-01-12T00:00:00Z' };
    expect(sums(report('5', 1, early), report('4', 1, late))).toEqual([`l1 own  ${DAY}:5/1 `, twice]);
    expect(sums(report('4', 1, late), report('5', 1, early))).toEqual([`l1 own  ${DAY}:5/1 `, twice]);
    const keyed = [
      report('5', 1, { key: 'a' }),
      report('6', 1, { key: 'b' }),
      report('2', 3, { key: 'a' }),
      report('1', 2, { key: 'b' }),
    ];
    expect(sums(...keyed)).toEqual([`l1 own  ${DAY}:3/2 `]);
    expect(sums(...[...keyed].reverse())).toEqual([`l1 own  ${DAY}:3/2 `]);
  });

  it('[BILL-3] what was recorded later is not known, to the millisecond', () => {
    const fact = delivered('5', '2026-01-10', { recordedAt: '2026-01-11T00:00:00.000Z' });
    const at = (time: string) => text(judged([fact, delivered('1', '2026-01-11')], Date.parse(time)));
    expect(at('2026-01-10T23:59:59.999Z')).toEqual([`l1 own  ${DAY + 1}:1/1 `]);
    expect(at('2026-01-11T00:00:00.000Z')).toEqual([`l1 own  ${DAY}:5/1,${DAY + 1}:1/1 `]);
  });

  it('[BILL-44] many large counts of one day lose nothing', () => {
    const facts = Array.from({ length: 30 }, (_, i) =>
      delivered('999999999999999', '2026-01-10', { key: `${30 - i}` }),
    );
    expect(text(judged(facts))).toEqual([`l1 own  ${DAY}:29999999999999970/30 `]);
    expect(text(judged([...facts, delivered('-0.5', '2026-01-10', { key: 'x' })]))).toEqual([
      `l1 own  ${DAY}:29999999999999969.5/31 `,
    ]);
  });
});

describe('two readings of facts', () => {
  it('[BILL-44] are joined by day, keep the smallest three ids, and what one of them refused', () => {
    const of = (...ids: string[]) =>
      judged([...ids.map((id) => delivered('1', '2026-01-10', { id, key: id })), delivered('1', 'never')]);
    const other = judged([
      delivered('2', '2026-01-09', { id: 'b' }),
      delivered('3', '2026-01-10', { source: 'x', lineId: 'l2' }),
    ]);
    const joined = [
      `l1 own  ${DAY - 1}:2/1,${DAY}:3/3 a,b,c`,
      `l2 x  ${DAY}:3/1 `,
      'The date does not exist 1: l1 never 1',
    ];
    expect(text(mergeDelivery(of('e', 'a', 'c'), other))).toEqual(joined);
    expect(text(mergeDelivery(other, of('c', 'a', 'e')))).toEqual(joined);
  });

  it('[BILL-2] rows beside columns: both are billed, and what was refused of the rows is said', () => {
    const columns = {
      names: [{ lineId: 'l1' }],
      series: Uint32Array.of(0),
      days: Int32Array.of(DAY),
      quantities: Float64Array.of(2000),
    };
    const delivery = [delivered('1000', '2026-01-10'), delivered('1', '2026-01-40')];
    const facts = { delivery, actions: [], touches: [], columns };
    const result = preview({ versions: [contract({ lines: [cpm('10')] })], facts, period: '2026-01' });
    expect(result.totals.gross).toBe('30.00');
    expect(result.rejectedFacts.map((r) => r.reason)).toEqual(['The date does not exist']);
  });

  it('[BILL-29] actions of a contract without payout rules are counted from its first to its last local day', () => {
    const actions = [
      '2026-01-01T04:59:59Z',
      '2026-01-01T05:00:00Z',
      '2026-02-01T04:59:59Z',
      '2026-02-01T05:00:00Z',
    ].map((occurredAt, i) => ({ id: `${i}`, occurredAt }));
    const said = (count: number) => bill(contract(), { actions: actions.slice(0, count) }).notBilled.map((n) => n.text);
    expect([said(1), said(2), said(4)]).toEqual([[], ['1 action of the period'], ['2 actions of the period']]);
  });
});
