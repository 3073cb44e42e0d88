/**
 * Two CPM contracts whose delivery is a public library of ads. Owns their terms, written by us, and which ads a line holds.
 * Must not change a count: a fact is the published number of impressions of one ad.
 */
import type { DeliveryFact } from '@countersign/shared/model';
import { type DemoDocument, type DemoRow, type FactRow, field, readFacts, rowsOf } from './demoDocument.ts';

export const VOLUME_CONTRACT_ID = 'c-cpm-volume';
export const GRADUATED_CONTRACT_ID = 'c-cpm-graduated';

/** Ads of Advertiser B by line; line 8 holds three, and together they pass the second tier by 17,543 impressions. */
const VOLUME_LINES: readonly (readonly [line: string, ads: readonly string[]])[] = [
  ['1', ['1f4fb72f7fcd']],
  ['2', ['eb2e3b849192']],
  ['3', ['0a282332b770']],
  ['4', ['3c4d0a71399a']],
  ['5', ['7879a81f2a62']],
  ['6', ['d9f47af6f1ac']],
  ['7', ['39846a9213c0']],
  ['8', ['d1dd4d45bc0f', '4eccc8958bf6', 'dc9482a9c9f0']],
  ['9', ['d44ca1067549']],
  ['10', ['a18c966457f8']],
  ['11', ['2e4ef4747992', '402d3105af61', 'b6883016c9a3']],
];

const TIERS: readonly (readonly [upTo: string, rate: string])[] = [
  ['1000000', '20'],
  ['5000000', '18'],
  ['', '15'],
];

function tierRows(contractId: string, table: string): DemoRow[] {
  return rowsOf(
    contractId,
    'tiers',
    TIERS.map(([upTo, rate], index) => [`${table}/${index}`, { table, upTo, rate, clause: '1' }] as const),
  );
}

function termRows(contractId: string, terms: Readonly<Record<string, string>>): DemoRow[] {
  return rowsOf(
    contractId,
    'terms',
    Object.entries(terms).map(([key, value]) => [key, { key, value }] as const),
  );
}

/** Executed: all units of a line are priced at the tier its month reaches, so one line falls in price as it grows. */
export function volumeContract(): DemoDocument {
  const id = VOLUME_CONTRACT_ID;
  return {
    contractId: id,
    kind: 'CONTRACT',
    number: 'IO-2020-118',
    title: 'Advertiser B, September 2020',
    counterparty: 'Advertiser B',
    versions: [
      {
        author: 'u-finance',
        stage: 'EXECUTED',
        file: 'delivery-ads.csv',
        sheets: {
          terms: termRows(id, {
            number: 'IO-2020-118',
            kind: 'IO',
            direction: 'RECEIVABLE',
            currency: 'USD',
            timeZone: 'America/Los_Angeles',
            effectiveFrom: '2020-09-01',
            effectiveTo: '2020-10-31',
            advertiser: 'Advertiser B',
            agency: 'Agency B',
          }),
          lines: rowsOf(
            id,
            'lines',
            VOLUME_LINES.map(([line, ads]) => [
              line,
              {
                line,
                status: 'NORMAL',
                product: `Snap placement ${line}, ages 18–34, ${ads.length === 1 ? 'one ad' : `${ads.length} ads`}`,
                from: '2020-09-01',
                to: '2020-09-30',
                rateType: 'CPM',
                priceModel: 'VOLUME',
                tierTable: 'cpm',
                billingSource: 'OWN',
                clause: '1',
              },
            ]),
          ),
          tiers: tierRows(id, 'cpm'),
          adjustments: rowsOf(id, 'adjustments', [
            ['discount', { kind: 'DISCOUNT', label: 'Volume discount', percent: '5', order: '1', clause: '2' }],
            ['commission', { kind: 'COMMISSION', label: 'Agency commission', percent: '15', order: '2', clause: '3' }],
          ]),
          clauses: clauseRows(id, [
            [
              '1',
              'All impressions of a line in a month are billed at the one tier that the month’s total reaches.',
              true,
              '',
            ],
            ['2', 'A discount of 5% is taken off gross.', true, ''],
            ['3', 'The agency keeps a commission of 15% of the discounted amount.', true, ''],
            [
              '4',
              'Amounts unpaid after 30 days bear interest of 1% a month.',
              false,
              'It depends on when cash arrives.',
            ],
          ]),
        },
      },
    ],
  };
}

/** Executed: tiers price slices, and each month is held between a minimum and a cap. */
export function graduatedContract(): DemoDocument {
  const id = GRADUATED_CONTRACT_ID;
  const line = (key: string, product: string): readonly [string, Record<string, string>] => [
    key,
    {
      line: key,
      status: 'NORMAL',
      product,
      from: '2020-01-01',
      to: '2020-10-31',
      rateType: 'CPM',
      priceModel: 'GRADUATED',
      tierTable: 'cpm',
      billingSource: 'OWN',
      clause: '1',
    },
  ];
  return {
    contractId: id,
    kind: 'CONTRACT',
    number: 'IO-2020-007',
    title: 'Advertiser C, 2020',
    counterparty: 'Advertiser C',
    versions: [
      {
        author: 'u-ops',
        stage: 'EXECUTED',
        file: 'delivery-ads.csv',
        sheets: {
          terms: termRows(id, {
            number: 'IO-2020-007',
            kind: 'IO',
            direction: 'RECEIVABLE',
            currency: 'USD',
            timeZone: 'America/Los_Angeles',
            effectiveFrom: '2020-01-01',
            effectiveTo: '2020-10-31',
            advertiser: 'Advertiser C',
            agency: 'Agency C',
          }),
          lines: rowsOf(id, 'lines', [
            line('1', 'Snap, open audience'),
            line('2', 'Snap, audience provided by the advertiser'),
          ]),
          tiers: tierRows(id, 'cpm'),
          commitments: rowsOf(id, 'commitments', [
            [
              'minimum',
              {
                kind: 'MINIMUM',
                scope: 'CONTRACT',
                amount: '60000.00',
                period: 'BILLING_PERIOD',
                basis: 'GROSS',
                rollover: 'NONE',
                clause: '2',
              },
            ],
            [
              'cap',
              {
                kind: 'CAP',
                scope: 'CONTRACT',
                amount: '250000.00',
                period: 'BILLING_PERIOD',
                basis: 'GROSS',
                rollover: 'NONE',
                clause: '3',
              },
            ],
          ]),
          adjustments: rowsOf(id, 'adjustments', [
            ['commission', { kind: 'COMMISSION', label: 'Agency commission', percent: '15', order: '1', clause: '4' }],
          ]),
          clauses: clauseRows(id, [
            ['1', 'Each slice of a month’s impressions is billed at the rate of its own tier.', true, ''],
            ['2', 'Gross of a month is raised to 60,000.00 when it is less.', true, ''],
            ['3', 'Gross of a month is never more than 250,000.00.', true, ''],
            ['4', 'The agency keeps a commission of 15%.', true, ''],
          ]),
        },
      },
    ],
  };
}

function clauseRows(
  contractId: string,
  clauses: readonly (readonly [key: string, text: string, billed: boolean, why: string])[],
): DemoRow[] {
  return rowsOf(
    contractId,
    'clauses',
    clauses.map(([key, text, billed, why]) => [key, { key, text, billed: String(billed), why }] as const),
  );
}

/**
 * Delivery of both contracts: one fact an ad, its published impressions at the end of its flight, because the library
 * gives one number for the whole flight and it is complete only then.
 */
export function deliveryFacts(): ReadonlyMap<string, readonly DeliveryFact[]> {
  const ads = readFacts('delivery-ads.csv');
  const lineOfAd = new Map(VOLUME_LINES.flatMap(([line, held]) => held.map((ad) => [ad, line] as const)));
  const of = (advertiser: string, lineOf: (ad: FactRow) => string): DeliveryFact[] =>
    ads
      .filter((ad) => field(ad, 'advertiser') === advertiser)
      .map(
        (ad): DeliveryFact => ({
          id: field(ad, 'ad'),
          key: field(ad, 'ad'),
          lineId: lineOf(ad),
          source: 'own',
          metric: 'IMPRESSIONS',
          at: field(ad, 'end'),
          quantity: field(ad, 'impressions'),
        }),
      );
  return new Map([
    [VOLUME_CONTRACT_ID, of('Advertiser B', (ad) => lineOfAd.get(field(ad, 'ad')) ?? '')],
    [GRADUATED_CONTRACT_ID, of('Advertiser C', (ad) => (field(ad, 'audience') === '' ? '1' : '2'))],
  ]);
}
