/** An affiliate contract paid on real orders. Owns its terms, written by us after published programmes. Must not touch facts. */
import { type DemoDocument, rowsOf } from './demoDocument.ts';

export const AFFILIATE_CONTRACT_ID = 'c-affiliate';
export const AFFILIATE_PARTNER_ID = 'partner-e';

export function affiliateContract(): DemoDocument {
  const id = AFFILIATE_CONTRACT_ID;
  const terms: Readonly<Record<string, string>> = {
    number: 'AFF-0031',
    kind: 'AFFILIATE',
    direction: 'PAYABLE',
    currency: 'GBP',
    timeZone: 'Europe/London',
    effectiveFrom: '2010-12-01',
    advertiser: 'Retailer D',
    partner: 'Partner E',
    'lock.months': '1',
    'lock.days': '0',
  };
  return {
    contractId: id,
    kind: 'CONTRACT',
    number: 'AFF-0031',
    title: 'Partner E, percent of sale',
    counterparty: 'Partner E',
    versions: [
      {
        author: 'u-finance',
        stage: 'EXECUTED',
        file: 'order-lines.csv',
        sheets: {
          terms: rowsOf(
            id,
            'terms',
            Object.entries(terms).map(
              ([key, value]) => [key, { key, value, clause: key.startsWith('lock.') ? '3' : '' }] as const,
            ),
          ),
          payouts: rowsOf(id, 'payouts', [
            [
              'SALE',
              { eventType: 'SALE', priority: '1', priceModel: 'PERCENT', percent: '8', include: 'order', clause: '1' },
            ],
          ]),
          attribution: rowsOf(id, 'attribution', [
            [
              'CLICK',
              {
                touchType: 'CLICK',
                model: 'LAST',
                windowSize: '30',
                windowUnit: 'DAYS',
                windowKind: 'ELAPSED',
                clickOverridesView: 'true',
                clause: '2',
              },
            ],
          ]),
          clauses: rowsOf(
            id,
            'clauses',
            (
              [
                ['1', 'The partner earns 8% of each order, rounded for each order by itself.', 'true', ''],
                [
                  '2',
                  'An order is the partner’s when its last click came within 30 days before it, or when the order file names the partner.',
                  'true',
                  '',
                ],
                [
                  '3',
                  'An order can be changed or cancelled until one month after the end of its month; from then on it is locked and a reversal is charged to the open month.',
                  'true',
                  '',
                ],
                [
                  '4',
                  'Payment is on the 15th of the month after an order is locked.',
                  'false',
                  'The day of payment changes no amount.',
                ],
              ] as const
            ).map(([key, text, billed, why]) => [key, { key, text, billed, why }] as const),
          ),
        },
      },
    ],
  };
}
