/** Published rate cards as documents. Owns the reading of their years and the names; must not convert a unit or a price. */
import {
  type DemoDocument,
  type DemoRow,
  type DemoStage,
  type FactRow,
  field,
  readFacts,
  rowsOf,
} from './demoDocument.ts';

const CARDS: readonly (readonly [card: string, title: string, owner: string, author: string, stage: DemoStage])[] = [
  ['funkkombi_west_2026', 'Funkkombi West, radio 2026', 'Funkkombi West', 'u-finance', 'EXECUTED'],
  ['scholastic_instructor_2002', 'Instructor magazine 2002', 'Instructor magazine', 'u-ops', 'EXECUTED'],
  ['tx_tv_2004', 'Texas television 2004, political', 'Texas stations', 'u-ops', 'APPROVED'],
  ['ktbb_luc_2020', 'KTBB radio 2020, lowest unit charge', 'KTBB, KYZS and KRWR', 'u-finance', 'IN_REVIEW'],
  ['one_gospel_2014_10', 'ONE Gospel, October 2014', 'ONE Gospel', 'u-finance', 'DRAFT'],
  ['pk_public_sector_tv_2018', 'Pakistan news channels, public sector', 'News channels', 'u-ops', 'DRAFT'],
  ['channel5_uk_digital', 'Channel5.com display', 'Channel5.com', 'u-finance', 'DRAFT'],
  ['vijaya_fm_np', 'Vijaya FM', 'Vijaya FM', 'u-ops', 'DRAFT'],
  ['cartoon_network_za_2018', 'Cartoon Network South Africa, 2018', 'Cartoon Network', 'u-ops', 'DRAFT'],
  ['wadsworth_cable_2007', 'Wadsworth cable 2007', 'City of Wadsworth', 'u-finance', 'DRAFT'],
  ['apa_gradpsych_2005', 'gradPSYCH classifieds 2005', 'gradPSYCH', 'u-ops', 'DRAFT'],
  ['quoted_cpm', 'Quoted display CPM', 'Publishers', 'u-ops', 'DRAFT'],
];

/** One document a card, in the states a workspace shows at the same time. */
export function rateCards(): DemoDocument[] {
  const rows = readFacts('rate-cards.csv');
  const rules = readFacts('rate-card-rules.csv');
  return CARDS.map(([card, title, counterparty, author, stage]) => {
    const contractId = rateCardId(card);
    const held = rows.filter((row) => field(row, 'card') === card);
    return {
      contractId,
      kind: 'RATE_CARD',
      number: card.replaceAll('_', '-').toUpperCase(),
      title,
      counterparty,
      versions: [
        {
          author,
          stage,
          file: 'rate-cards.csv',
          sheets: {
            terms: termRows(contractId, held),
            rates: rateRows(contractId, held),
            clauses: clauseRows(
              contractId,
              rules.filter((rule) => field(rule, 'card') === card),
            ),
          },
        },
      ],
    };
  });
}

/** `tx_tv_2004` → `c-rc-tx-tv-2004`. */
export function rateCardId(card: string): string {
  return `c-rc-${card.replaceAll('_', '-')}`;
}

function termRows(contractId: string, rows: readonly FactRow[]): DemoRow[] {
  const starts = rows.map((row) => firstDay(field(row, 'from')));
  const known = starts.every((start) => start !== '');
  return rowsOf(contractId, 'terms', [
    ['currency', { key: 'currency', value: field(rows[0] ?? {}, 'currency') }],
    // A card that prints no date keeps the term without a value: the draft says what is missing.
    ['effectiveFrom', { key: 'effectiveFrom', value: known ? (starts.toSorted()[0] ?? '') : '' }],
  ]);
}

function rateRows(contractId: string, rows: readonly FactRow[]): DemoRow[] {
  const vendors = new Set(rows.map((row) => field(row, 'vendor')));
  return rowsOf(
    contractId,
    'rates',
    rows.map((row, index) => [
      String(index),
      {
        product: vendors.size > 1 ? `${field(row, 'vendor')}, ${field(row, 'placement')}` : field(row, 'placement'),
        geo: field(row, 'country'),
        daypart: field(row, 'days'),
        format: field(row, 'medium'),
        class: field(row, 'class'),
        unit: field(row, 'unit'),
        currency: field(row, 'currency'),
        rate: field(row, 'rate'),
        rateMax: field(row, 'rateMax'),
        from: firstDay(field(row, 'from')),
        to: lastDay(field(row, 'to')),
        lengthSeconds: field(row, 'lengthSeconds'),
        note: noteOf(row),
      },
    ]),
  );
}

function noteOf(row: FactRow): string {
  const beyond = /^\d{4}-\d{2}-\d{2} (.+)$/.exec(field(row, 'to'))?.[1];
  return [field(row, 'basis'), field(row, 'note'), beyond === undefined ? '' : `Valid to ${field(row, 'to')}`]
    .filter((part) => part !== '')
    .join('; ');
}

/** A bare year begins on its first and ends on its last day. */
function firstDay(text: string): string {
  return /^\d{4}$/.test(text) ? `${text}-01-01` : text.slice(0, 10);
}
function lastDay(text: string): string {
  return /^\d{4}$/.test(text) ? `${text}-12-31` : text.slice(0, 10);
}

function clauseRows(contractId: string, rules: readonly FactRow[]): DemoRow[] {
  return rowsOf(
    contractId,
    'clauses',
    rules.map((rule, index) => {
      const name = field(rule, 'rule').replaceAll('_', ' ');
      const value = [field(rule, 'value'), field(rule, 'unit')].filter((part) => part !== '').join(' ');
      return [
        String(index + 1),
        {
          key: String(index + 1),
          text: `${name.charAt(0).toUpperCase()}${name.slice(1)}, ${field(rule, 'condition')}: ${value}.`,
          billed: 'false',
          why: 'Kept in words: a rate card bills nothing by itself.',
        },
      ] as const;
    }),
  );
}
