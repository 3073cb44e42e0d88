/**
 * Test-only. Facts that are rare: several sources, reports that replace each other, instants at the edge of what was known,
 * rows that cannot be read, and gaps that nothing governs.
 * Must not: say what counts; the kernel does, and its bytes are kept.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import type { DeliveryFact, LedgerEntry } from '@countersign/shared/model';
import { asked, line, version } from './rare.ts';

const at = (time: string): string => `2026-01-${time}Z`;
const ASKED_AT = at('20T12:00:00.000');
const fact = (day: string, quantity: string, change: Partial<DeliveryFact> = {}): DeliveryFact => ({
  lineId: 'l1',
  localDate: `2026-01-${day}`,
  quantity,
  ...change,
});

const reports: DeliveryFact[] = [
  fact('05', '100', { key: 'a', id: 'f1' }),
  fact('05', '200', { key: 'b', id: 'f2', reportVersion: 1 }),
  fact('05', '250', { key: 'b', id: 'f3', reportVersion: 2 }),
  fact('05', '240', { key: 'b', id: 'f4', reportVersion: 1 }),
  fact('05', '300', { key: 'c', id: 'f5' }),
  fact('05', '301', { key: 'c', id: 'f6' }),
  fact('05', '300', { key: 'c', id: 'f7' }),
  fact('06', '10', { recordedAt: ASKED_AT }),
  fact('06', '11', { recordedAt: at('20T12:00:00.001') }),
  fact('06', '12', { recordedAt: at('19T00:00:00') }),
  fact('07', '-40.5'),
  fact('07', '4000000000000'),
  fact('08', '9000000000000', { key: 'x' }),
  fact('08', '9000000000000', { key: 'y' }),
  fact('31', '7'),
  { lineId: 'l1', at: '2026-02-01T04:59:59.999Z', quantity: '3' },
  { lineId: 'l1', at: '2026-02-01T05:00:00.000Z', quantity: '5' },
  { lineId: 'l1', at: '2026-02-30T05:00:00.000Z', quantity: '5', key: 'never' },
  { lineId: 'l1', at: 'soon', quantity: '5', key: 'unreadable' },
  { lineId: 'l1', localDate: '2026-02-30', quantity: '5' },
  { lineId: 'l1', localDate: '2026-01-05 ', quantity: '5' },
  { lineId: 'l1', quantity: '5' },
  { lineId: 'nobody', localDate: '2026-01-05', quantity: '5' },
  fact('09', '70', { source: 'third', metric: 'CLICKS' }),
];
const sources: DeliveryFact[] = ['own', 'third', 'fourth'].flatMap((source, n) => [
  fact('05', `${100 + n * 10}`, { source }),
  fact('06', `${90 - n * 5}`, { source, metric: 'CLICKS' }),
  fact('07', '50', { source, metric: 'IMPRESSIONS' }),
]);
/** More than a double adds up. */
const MANY = Array.from({ length: 460 }, (_, n) => fact('05', '9000000000001', { key: `k${n}`, id: `m${n % 7}` }));
const gap = [
  version({ id: 'v2', sequence: 2, effectiveFrom: '2026-01-10', effectiveTo: '2026-01-15', lines: [line()] }),
  version({
    id: 'v3',
    sequence: 3,
    effectiveFrom: '2026-01-10',
    effectiveTo: '2026-01-12',
    lines: [line({ label: 'Third' })],
  }),
  version({
    id: 'v4',
    sequence: 4,
    effectiveFrom: '2026-01-20',
    lines: [line(), line({ id: 'l2' })],
    recordedAt: undefined,
  }),
];
const posted: LedgerEntry[] = [
  { period: '2026-01', lineKey: 'gross:l1', amount: '10.00', postedAt: ASKED_AT },
  { period: '2026-01', lineKey: 'gross:l1', amount: '5.00', postedAt: at('20T12:00:00.001') },
  { period: '2026-01', lineKey: 'tax:gone', amount: '1.00' },
  { period: '2025-12', lineKey: 'gross:l1', amount: '99.00' },
];
const third = { id: 'd', thresholdPercent: '10', base: 'OTHER', remedy: 'UPLIFT', upliftPercent: '5' } as const;

export const rareDelivery: readonly PreviewInput[] = [
  ...[undefined, ASKED_AT, at('19T00:00:00'), 'soon', '2025-12-14T00:00:00Z', '2025-12-15T00:00:00Z'].flatMap(
    (asOf) => [
      asked({ lines: [line()] }, { facts: { delivery: reports }, posted, ...(asOf && { asOf }) }),
      asked(
        { lines: [line()] },
        { facts: { delivery: [...reports].reverse() }, posted, more: gap, ...(asOf && { asOf }) },
      ),
      asked({ lines: [line()], billingCalendar: 'BROADCAST' }, { facts: { delivery: reports }, ...(asOf && { asOf }) }),
    ],
  ),
  ...(
    [
      {},
      { billingSource: 'THIRD_PARTY_VOLUME' },
      { billingSource: 'THIRD_PARTY_VOLUME', controllingMeasurement: { entity: 'third' } },
      { controllingMeasurement: { entity: 'fourth', metric: 'IMPRESSIONS' } },
      { controllingMeasurement: { entity: 'nobody' } },
      { rateType: 'CPM', label: 'Banner', freeUnits: '20' },
    ] as const
  ).flatMap((change) =>
    [sources, sources.slice(0, 6), sources.slice(3, 6), sources.slice(6)].flatMap((delivery) => [
      asked({ lines: [line(change)] }, { facts: { delivery } }),
      asked({ lines: [line(change)], discrepancyRules: [third] }, { facts: { delivery } }),
      asked(
        {
          lines: [line(change)],
          discrepancyRules: [
            { ...third, remedy: 'SPLIT_DIFFERENCE', base: 'CONTROLLING', inclusive: true, otherSource: 'fourth' },
          ],
        },
        { facts: { delivery } },
      ),
    ]),
  ),
  asked({ lines: [line()] }, { more: [version({ id: 'v2', sequence: 2, currency: 'EUR' })] }),
  asked({ lines: [line()] }, { more: [version({ id: 'v2', sequence: 2, billingCycle: 'WEEKLY' })] }),
  asked({ lines: [line()], billingCycle: 'WEEKLY' }, { more: [version({ id: 'v2', sequence: 2 })] }),
  asked({ lines: [line()] }, { period: '2025-11' }),
  asked({ lines: [line({ rateType: 'CPM' })] }, { facts: { delivery: MANY } }),
  asked(
    { lines: [line({ label: 'One' }), line({ id: 'l2', label: 'Two' })] },
    { facts: { delivery: sources }, more: gap },
  ),
];
