/**
 * Test-only. Lines that are rare: orders without an end, by every schedule, credits for what was promised, lines that were
 * cancelled or cut by an amendment. Must not: say what they cost; the kernel does, and its bytes are kept.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import type { ContractVersion, Line } from '@countersign/shared/model';
import { asked, line, units, version } from './rare.ts';

const clauses = [{ id: 'k', key: '1', text: 'As agreed.' }];
const facts = { delivery: units('l1', ['01-05', '400'], ['02-12', '300'], ['06-25', '700'], ['12-30', '55']) };

const order = (change: Partial<Line>): Line =>
  line({ billingSource: 'CONTRACTED', contractedQuantity: '1000', ...change });
const LINES: readonly Line[] = [
  order({}),
  order({ contractedQuantity: undefined, clauseId: 'k' }),
  order({ rateType: 'CPD', contractedQuantity: undefined, flight: { from: '2026-01-10', to: '2026-03-05' } }),
  order({ rateType: 'FLAT', contractedQuantity: undefined, flight: { from: '2026-01-10', to: '2026-03-05' } }),
  order({
    price: { type: 'FLAT', amount: '500' },
    schedule: 'STRAIGHTLINE',
    flight: { from: '2026-01-10', to: '2026-03-05' },
  }),
  order({ schedule: 'STRAIGHTLINE', flight: { from: '2026-01-10', to: '2026-03-05' } }),
  order({ schedule: 'PREPAID', status: 'MAKEGOOD', makegoodFor: 'l0' }),
  order({ schedule: 'END_OF_CAMPAIGN', flight: { from: '2026-01-10', to: '2026-01-20' } }),
  order({
    ordered: [
      { date: '2026-01-01', quantity: '3' },
      { date: '2026-01-31', quantity: '4' },
      { date: '2026-02-01', quantity: '5' },
    ],
  }),
  order({ guaranteed: true, flight: { from: '2026-01-01', to: '2026-01-20' } }),
  order({ guaranteed: true, rateType: 'CPD', flight: { from: '2026-01-01', to: '2026-01-20' } }),
  order({ guaranteed: true, contractedQuantity: '400', flight: { from: '2026-01-01', to: '2026-02-01' } }),
  line({ guaranteed: true, contractedQuantity: '1000', flight: { from: '2026-01-01', to: '2026-02-01' } }),
  line({ overDeliveryPercent: '10', contractedQuantity: '363' }),
  line({ overDeliveryPercent: '10', contractedQuantity: '364' }),
  line({ status: 'CANCELLED' }),
  line({ status: 'REVISED' }),
  line({ status: 'PREEMPTED', label: 'Spot' }),
  line({ status: 'MAKEGOOD' }),
  line({ price: undefined, clauseId: 'k' }),
  order({ price: undefined }),
];
const amended = (lines: Line[]): ContractVersion =>
  version({ id: 'v2', sequence: 2, effectiveFrom: '2026-01-15', lines, recordedAt: '2026-01-10T00:00:00Z' });
export const rareLines: readonly PreviewInput[] = LINES.flatMap((one) => [
  asked({ lines: [one], clauses }, { facts }),
  asked({ lines: [one], clauses, effectiveTo: null }, { facts }),
  asked({ lines: [one], clauses }, { facts, more: [amended([{ ...one, price: { type: 'UNIT', rate: '3' } }])] }),
  asked(
    {
      lines: [one],
      clauses,
      makegoods: [
        { id: 'm', lineId: 'l1', shortfallRef: 'l1', quantity: '100' },
        { id: 'n', lineId: 'l1', shortfallRef: 'l1', rateType: 'CPM', quantity: '7' },
        { id: 'o', lineId: 'l1', shortfallRef: 'l7', quantity: '8' },
      ],
    },
    { facts },
  ),
]);
