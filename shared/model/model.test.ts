import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMonths,
  buildZoneTable,
  canonicalJson,
  dayNumber,
  dayStart,
  hex,
  isoDate,
  localDay,
  monthOf,
  monthPeriod,
  parsePeriod,
  sha256,
  weekday,
} from './index.ts';

describe('calendar', () => {
  it('[BILL-17] broadcast months are whole weeks that end on the last Sunday and leave no gap', () => {
    let previous = monthPeriod(2015, 12, 'BROADCAST');
    for (let month = 1; month <= 240; month += 1) {
      const period = monthPeriod(2016, month, 'BROADCAST');
      expect(period.from).toBe(previous.to);
      expect([weekday(period.from), (period.to - period.from) % 7]).toEqual([0, 0]);
      expect(monthOf(period.to - 1, 'BROADCAST').key).toBe(period.key);
      previous = period;
    }
    const { from, to } = parsePeriod('2016-11', 'BROADCAST');
    expect([isoDate(from), isoDate(to)]).toEqual(['2016-10-31', '2016-11-28']);
  });

  it('[ATTR-8] adding months keeps the day or takes the last', () => {
    const of = (date: string, months: number) => isoDate(addMonths(dayNumber(date), months));
    expect([of('2026-01-31', 1), of('2024-02-29', 12), of('2026-03-15', -3)]).toEqual([
      '2026-02-28',
      '2025-02-28',
      '2025-12-15',
    ]);
  });

  it('[BILL-17] a period key that is none is refused with its cure', () => {
    expect(() => parsePeriod('2026-13', 'CALENDAR', { path: 'period' })).toThrow(
      /not a billing period. Write a month as YYYY-MM/,
    );
  });
});

describe('zones', () => {
  const newYork = buildZoneTable('America/New_York', Date.parse('2026-01-01'), Date.parse('2026-12-31'));

  it('[BILL-3] March 2026 in New York has 743 hours', () => {
    expect((dayStart(newYork, dayNumber('2026-04-01')) - dayStart(newYork, dayNumber('2026-03-01'))) / 3_600_000).toBe(
      743,
    );
  });

  it('[BILL-3] missing local times move forward, repeated ones take the first', () => {
    const at = (date: string, hour: number) =>
      new Date(dayStart(newYork, dayNumber(date), hour * 3_600_000)).toISOString();
    expect(at('2026-03-08', 2.5)).toBe('2026-03-08T07:30:00.000Z');
    expect(at('2026-11-01', 1.5)).toBe('2026-11-01T05:30:00.000Z');
  });

  it('[BILL-3] an instant belongs to the one day whose start it has passed', () => {
    const zones = [
      'America/New_York',
      'America/Sao_Paulo',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Europe/Dublin',
      'Africa/Casablanca',
    ];
    const tables = zones.map((zone) => buildZoneTable(zone, Date.parse('2010-01-01'), Date.parse('2030-01-01')));
    const instant = fc.integer({ min: Date.parse('2010-06-01'), max: Date.parse('2029-06-01') });
    fc.assert(
      fc.property(fc.constantFrom(...tables), instant, fc.constantFrom(0, 5, 6), (table, ms, hour) => {
        const day = localDay(table, ms, hour * 3_600_000);
        expect(dayStart(table, day, hour * 3_600_000)).toBeLessThanOrEqual(ms);
        expect(dayStart(table, day + 1, hour * 3_600_000)).toBeGreaterThan(ms);
      }),
    );
  });

  it('[BILL-30] an unknown zone is refused', () => {
    expect(() => buildZoneTable('Mars/Base', 0, 1, { path: 'timeZone' })).toThrow(
      /timeZone: "Mars\/Base" is not a time zone/,
    );
  });
});

describe('canonical bytes', () => {
  it('[BILL-1] sorts keys by code units, writes ES numbers and refuses lone surrogates', () => {
    expect(canonicalJson({ '\u20ac': 1, b: [true, null, 1e21, 4.5], a: { z: undefined, y: '\u2028' } })).toBe(
      '{"a":{"y":"\u2028"},"b":[true,null,1e+21,4.5],"€":1}',
    );
    for (const bad of ['\ud800', { '\udc00': 1 }, Number.NaN, [undefined], new Date(0)])
      expect(() => canonicalJson(bad)).toThrow(/Give plain JSON values only/);
  });

  it('[BILL-1] SHA-256 is the platform’s', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(hex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });
});
