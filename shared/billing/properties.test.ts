/** Laws of the kernel on generated contracts and facts. */

import {
  compare,
  decimalOf,
  minorDigits,
  roundedText,
  splitLargestRemainder,
  subtract,
  sum,
} from '@countersign/shared/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from './allocate.ts';
import { resultProblems } from './invariants.ts';
import { previewJson } from './preview.ts';
import { bill, contract, line, runs } from './testKit/contract.ts';
import { delivery, tiers, version } from './testKit/generators.ts';
import type { TraceStep } from './trace.ts';

describe('laws of the bill', () => {
  it('[BILL-7] parts sum to totals and trace leaves to amounts, whatever the contract', () => {
    fc.assert(
      fc.property(version, delivery, (v, d) => {
        expect(resultProblems(bill(v, { delivery: d }))).toEqual([]);
      }),
      { numRuns: runs(150) },
    );
  });

  it('[BILL-5] a line is rounded once, from the exact sum of what made it, and adjustments once each', () => {
    const exactOf = (text: string) => {
      const [n = '0', d] = text.split('/');
      return d === undefined ? decimalOf(n) : { n: BigInt(n), d: BigInt(d) };
    };
    const roundings = (step: TraceStep): TraceStep[] => [
      ...(step.rounding === undefined ? [] : [step]),
      ...step.children.flatMap(roundings),
    ];
    fc.assert(
      fc.property(version, delivery, (v, d) => {
        const result = bill(v, { delivery: d });
        for (const { exact, gross, trace } of result.lines) {
          const [rounding, ...more] = roundings(trace).map((step) => step.rounding);
          expect(more).toEqual([]);
          expect(rounding).toMatchObject({ from: exact, to: gross });
          expect(gross).toBe(roundedText(exactOf(exact), minorDigits(v.currency), 'HALF_UP'));
          const made = trace.children.filter(({ kind }) => kind === 'TIER' || kind === 'PRICE');
          expect(compare(sum(made.map((step) => exactOf(step.exact ?? '0'))), exactOf(exact))).toBe(0);
        }
        for (const { amount } of result.adjustments)
          expect(amount).toBe(roundedText(decimalOf(amount), minorDigits(v.currency), 'DOWN'));
      }),
      { numRuns: runs(80) },
    );
  });

  it('[BILL-2] the order of facts does not matter, byte for byte', () => {
    fc.assert(
      fc.property(version, delivery, fc.infiniteStream(fc.nat()), (v, d, stream) => {
        const shuffled = d
          .map((fact) => ({ fact, at: stream.next().value ?? 0 }))
          .sort((x, y) => x.at - y.at)
          .map(({ fact }) => fact);
        expect(previewJson(bill(v, { delivery: shuffled }))).toBe(previewJson(bill(v, { delivery: d })));
      }),
      { numRuns: runs(60) },
    );
  });

  it('[BILL-2] splitting one fact in two changes no amount', () => {
    fc.assert(
      fc.property(version, fc.integer({ min: -900, max: 9000 }), fc.integer({ min: -900, max: 9000 }), (v, x, y) => {
        const at = { lineId: 'a', localDate: '2026-01-09' };
        const whole = bill(v, { delivery: [{ ...at, quantity: String(x + y) }] });
        const parts = bill(v, {
          delivery: [
            { ...at, quantity: String(x), key: '1' },
            { ...at, quantity: String(y), key: '2' },
          ],
        });
        expect(parts.totals).toEqual(whole.totals);
      }),
      { numRuns: runs(80) },
    );
  });

  it('[BILL-11] what was delivered and taken back in full bills as nothing delivered', () => {
    fc.assert(
      fc.property(version, delivery, (v, d) => {
        const back = d.map((fact) => ({
          ...fact,
          key: `${fact.key}r`,
          quantity: fact.quantity.startsWith('-')
            ? fact.quantity.slice(1)
            : fact.quantity === '0'
              ? '0'
              : `-${fact.quantity}`,
        }));
        expect(bill(v, { delivery: [...d, ...back] }).totals).toEqual(bill(v, {}).totals);
      }),
      { numRuns: runs(80) },
    );
  });

  it('[BILL-12] deltas posted at any cuts of the facts add up to the cumulative bill', () => {
    fc.assert(
      fc.property(version, delivery, fc.array(fc.nat({ max: 25 }), { maxLength: 4 }), (v, d, cuts) => {
        const posted: { period: string; lineKey: string; amount: string }[] = [];
        for (const cut of [...cuts.sort((a, b) => a - b), d.length]) {
          const { posting } = bill(v, { delivery: d.slice(0, cut), posted });
          posted.push(...posting.entries.map(({ lineKey, delta }) => ({ period: '2026-01', lineKey, amount: delta })));
        }
        const total = sum(posted.map((entry) => decimalOf(entry.amount)));
        expect(compare(total, decimalOf(bill(v, { delivery: d }).totals.total))).toBe(0);
      }),
      { numRuns: runs(50) },
    );
  });

  it('[BILL-4] a graduated bill never falls as volume rises', () => {
    fc.assert(
      fc.property(tiers, fc.nat({ max: 9000 }), fc.nat({ max: 9000 }), (t, x, more) => {
        const of = (quantity: number) =>
          decimalOf(
            bill(contract({ lines: [line({ type: 'GRADUATED', tiers: t }, { rateType: 'CPC' })] }), {
              delivery: [{ lineId: 'l1', localDate: '2026-01-02', quantity: String(quantity) }],
            }).totals.total,
          );
        expect(compare(of(x + more), of(x))).not.toBe(-1);
      }),
      { numRuns: runs(80) },
    );
  });

  it('[BILL-1] the result survives JSON and canonical bytes are stable', () => {
    fc.assert(
      fc.property(version, delivery, (v, d) => {
        const text = previewJson(bill(v, { delivery: d }));
        expect(previewJson(JSON.parse(text))).toBe(text);
      }),
      { numRuns: runs(40) },
    );
  });

  it('[MONEY-4] splits are remainder-exact, credits among charges included', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), weights, (units, list) => {
        const amount = { n: BigInt(units), d: 100n };
        const shares = splitLargestRemainder(
          amount,
          list.map((n) => ({ n: BigInt(n), d: 1n })),
          2,
        );
        expect(compare(sum(shares), amount)).toBe(0);
        const signed = list.map((n, i) => ({ n: BigInt(i % 3 === 0 ? -n : n), d: 1n }));
        expect(subtract(sum(allocate(amount, signed, 2)), amount).n).toBe(0n);
      }),
    );
  });
});
