// The typed sheets of a draft and their columns (DESIGN §4, DOMAIN §2). Owns names, types and slots; must not hold logic.
import { RATE_TYPES } from '../price.ts';
import type { ColumnSpec, ColumnType, SheetSpec } from './column.ts';

const PRICE_MODELS = ['UNIT', 'GRADUATED', 'VOLUME', 'PACKAGE', 'BLOCKS', 'PERCENT', 'PERCENT_TIERS', 'FLAT'] as const;

type Extra = Omit<ColumnSpec, 'id' | 'label' | 'type'>;
const column = (id: string, label: string, type: ColumnType, extra: Extra = {}): ColumnSpec => ({
  id,
  label,
  type,
  ...extra,
});
const clause = column('clause', 'Clause', 'reference', { refersTo: { sheet: 'clauses', column: 'key' }, width: 80 });
const note = column('note', 'Note', 'text', { width: 200 });

/** Contract-level settings, one row a key. Known keys are listed in `knownTerms.ts`; any other key is kept as a free term. */
const terms: SheetSpec = {
  id: 'terms',
  label: 'Terms',
  nameColumn: 'key',
  empty: 'No terms. Add the currency, the time zone and the start date.',
  columns: [
    column('key', 'Term', 'text', { required: true, width: 200 }),
    column('value', 'Value', 'text', { width: 320 }),
    clause,
    note,
  ],
};

const lines: SheetSpec = {
  id: 'lines',
  label: 'Lines',
  nameColumn: 'line',
  empty: 'No lines. Add what is sold: a product, a flight and a rate.',
  columns: [
    column('line', 'Line', 'text', { required: true, width: 60 }),
    column('status', 'Status', 'choice', { choices: ['NORMAL', 'PRE_EMPTED', 'MAKEGOOD', 'REVISED'], width: 92 }),
    column('airTime', 'Air time', 'text', { width: 78 }),
    column('product', 'Program or product', 'text', { required: true, width: 240 }),
    column('breakType', 'Break', 'text', { width: 106 }),
    column('from', 'From', 'date', { required: true, width: 84 }),
    column('to', 'To', 'date', { required: true, width: 84 }),
    column('days', 'Days', 'days', { width: 92 }),
    column('quantity', 'Spots or units', 'quantity', { width: 92 }),
    column('rateType', 'Rate type', 'choice', { choices: RATE_TYPES, required: true, width: 76 }),
    column('rate', 'Rate, {currency}', 'rate', { width: 96 }),
    column('priceModel', 'Price', 'choice', { choices: PRICE_MODELS, width: 100 }),
    column('tierTable', 'Tier table', 'reference', { refersTo: { sheet: 'tiers', column: 'table' }, width: 90 }),
    column('makegoodFor', 'Makegood for', 'text', { width: 94 }),
    column('billingSource', 'Billed on', 'choice', { choices: ['CONTRACTED', 'OWN', 'THIRD_PARTY'], width: 100 }),
    column('lengthSeconds', 'Length, s', 'quantity', { width: 72 }),
    clause,
    note,
    column('guaranteed', 'Guaranteed', 'flag', { width: 90 }),
    column('countedBy', 'Counted by', 'text', { width: 110 }),
    column('freeUnits', 'Free units', 'quantity', { width: 90 }),
    column('overDeliveryPercent', 'Bonus without consent', 'percent', { width: 140 }),
  ],
};

const rates: SheetSpec = {
  id: 'rates',
  label: 'Rates',
  nameColumn: 'product',
  empty: 'No rates. Import a rate card, or add a row.',
  columns: [
    column('product', 'Product', 'text', { required: true, width: 240 }),
    column('geo', 'Geography', 'text', { width: 100 }),
    column('device', 'Device', 'text', { width: 90 }),
    column('daypart', 'Daypart', 'text', { width: 130 }),
    column('format', 'Format', 'text', { width: 110 }),
    column('audience', 'Audience', 'text', { width: 110 }),
    column('class', 'Class or frequency', 'text', { width: 150 }),
    column('unit', 'Unit', 'text', { required: true, width: 96 }),
    column('currency', 'Currency', 'currency', { required: true, width: 72 }),
    column('rate', 'Rate', 'rate', { required: true, width: 96 }),
    column('rateMax', 'Rate, highest', 'rate', { width: 96 }),
    column('floorRate', 'Floor rate', 'rate', { width: 84 }),
    column('minimumQuantity', 'From quantity', 'quantity', { width: 96 }),
    column('from', 'From', 'date', { width: 84 }),
    column('to', 'To', 'date', { width: 84 }),
    column('lengthSeconds', 'Length, s', 'quantity', { width: 72 }),
    note,
  ],
};

const tiers: SheetSpec = {
  id: 'tiers',
  label: 'Tiers',
  nameColumn: 'table',
  empty: 'No tiers. The price is the same at every volume. Add a tier.',
  columns: [
    column('table', 'Table', 'text', { required: true, width: 120 }),
    column('upTo', 'Up to', 'quantity', { width: 120 }),
    column('rate', 'Rate, {currency}', 'rate', { width: 110 }),
    column('percent', 'Percent', 'percent', { width: 90 }),
    column('flat', 'Flat, {currency}', 'money', { width: 110 }),
    column('size', 'Block size', 'quantity', { width: 100 }),
    clause,
    note,
  ],
};

const payouts: SheetSpec = {
  id: 'payouts',
  label: 'Payouts',
  nameColumn: 'eventType',
  empty: 'No payouts. Add what an action pays.',
  columns: [
    column('eventType', 'Action', 'text', { required: true, width: 120 }),
    column('priority', 'Priority', 'quantity', { width: 72 }),
    column('priceModel', 'Price', 'choice', { choices: PRICE_MODELS, required: true, width: 110 }),
    column('percent', 'Percent', 'percent', { width: 84 }),
    column('amount', 'Amount, {currency}', 'rate', { width: 110 }),
    column('minPer', 'Lowest, {currency}', 'money', { width: 110 }),
    column('maxPer', 'Highest, {currency}', 'money', { width: 110 }),
    column('tierTable', 'Tier table', 'reference', { refersTo: { sheet: 'tiers', column: 'table' }, width: 90 }),
    column('include', 'Of amounts', 'text', { width: 140 }),
    column('subtract', 'Less amounts', 'text', { width: 140 }),
    column('conditions', 'When', 'text', { width: 200 }),
    clause,
    note,
  ],
};

const attribution: SheetSpec = {
  id: 'attribution',
  label: 'Attribution',
  nameColumn: 'touchType',
  empty: 'No windows. Add the touch that earns the action and how long it counts.',
  columns: [
    column('touchType', 'Touch', 'choice', { choices: ['CLICK', 'VIEW'], required: true, width: 90 }),
    column('model', 'Model', 'choice', {
      choices: ['LAST', 'FIRST', 'LINEAR', 'POSITION', 'TIME_DECAY'],
      required: true,
      width: 110,
    }),
    column('windowSize', 'Window', 'quantity', { required: true, width: 80 }),
    column('windowUnit', 'Unit', 'choice', { choices: ['DAYS', 'HOURS'], required: true, width: 80 }),
    column('windowKind', 'Counted', 'choice', { choices: ['ELAPSED', 'CALENDAR'], required: true, width: 100 }),
    column('clickOverridesView', 'Click beats view', 'flag', { width: 110 }),
    clause,
    note,
  ],
};

const eligibility: SheetSpec = {
  id: 'eligibility',
  label: 'Eligibility',
  nameColumn: 'outcome',
  empty: 'No eligibility rules. Every attributed action is paid.',
  columns: [
    column('field', 'Field', 'text', { required: true, width: 140 }),
    column('operator', 'Is', 'choice', {
      choices: ['EQUALS', 'NOT_EQUALS', 'IN', 'NOT_IN', 'AT_LEAST', 'LESS_THAN'],
      required: true,
      width: 110,
    }),
    column('value', 'Value', 'text', { required: true, width: 160 }),
    column('outcome', 'Then', 'choice', { choices: ['PAY', 'OUTSIDE_TERMS', 'REJECT'], required: true, width: 130 }),
    clause,
    note,
  ],
};

const commitments: SheetSpec = {
  id: 'commitments',
  label: 'Commitments',
  nameColumn: 'kind',
  empty: 'No commitments. Nothing is capped and nothing is guaranteed.',
  columns: [
    column('kind', 'Kind', 'choice', { choices: ['MINIMUM', 'CAP'], required: true, width: 100 }),
    column('scope', 'Scope', 'choice', { choices: ['LINE', 'CONTRACT'], required: true, width: 100 }),
    column('line', 'Line', 'reference', { refersTo: { sheet: 'lines', column: 'line' }, width: 80 }),
    column('amount', 'Amount, {currency}', 'money', { required: true, width: 130 }),
    column('period', 'Period', 'choice', {
      choices: ['BILLING_PERIOD', 'QUARTER', 'TERM', 'YEAR'],
      required: true,
      width: 130,
    }),
    column('basis', 'Counts', 'choice', { choices: ['GROSS', 'NET_OF_DISCOUNT'], required: true, width: 140 }),
    column('rollover', 'Rollover', 'choice', { choices: ['NONE', 'CARRY'], width: 90 }),
    column('prorateOnTermination', 'Prorated at termination', 'flag', { width: 150 }),
    clause,
    note,
    column('proratePartPeriods', 'Part periods by days', 'flag', { width: 140 }),
    column('risesPercent', 'Rises a year', 'percent', { width: 100 }),
    column('risesFrom', 'Rises from', 'date', { width: 90 }),
  ],
};

const adjustments: SheetSpec = {
  id: 'adjustments',
  label: 'Adjustments',
  nameColumn: 'kind',
  empty: 'No adjustments. Net is gross.',
  columns: [
    column('kind', 'Kind', 'choice', { choices: ['DISCOUNT', 'COMMISSION', 'TAX'], required: true, width: 120 }),
    column('label', 'Label', 'text', { width: 180 }),
    column('percent', 'Percent', 'percent', { width: 90 }),
    column('amount', 'Amount, {currency}', 'money', { width: 120 }),
    column('order', 'Order', 'quantity', { width: 72 }),
    column('code', 'Tax code or payee', 'text', { width: 140 }),
    column('base', 'Tax base', 'choice', { choices: ['AFTER_COMMISSION', 'BEFORE_COMMISSION'], width: 160 }),
    clause,
    note,
  ],
};

const clauses: SheetSpec = {
  id: 'clauses',
  label: 'Clauses',
  nameColumn: 'key',
  empty: 'No clauses. Add the words that the numbers rest on.',
  columns: [
    column('key', 'Clause', 'text', { required: true, width: 80 }),
    column('text', 'Words', 'text', { required: true, width: 720 }),
    column('billed', 'Billed here', 'flag', { width: 90 }),
    column('why', 'If not, why', 'text', { width: 300 }),
  ],
};

/** Every sheet by id. */
export const SHEETS = {
  terms,
  lines,
  rates,
  tiers,
  payouts,
  attribution,
  eligibility,
  commitments,
  adjustments,
  clauses,
} as const satisfies Record<string, SheetSpec>;
export type SheetId = keyof typeof SHEETS;

/** The sheets of a contract draft and of a rate card draft, in tab order. */
export const SHEETS_OF = {
  CONTRACT: [
    'terms',
    'lines',
    'rates',
    'tiers',
    'payouts',
    'attribution',
    'eligibility',
    'commitments',
    'adjustments',
    'clauses',
  ],
  RATE_CARD: ['terms', 'rates', 'clauses'],
} as const satisfies Record<string, readonly SheetId[]>;
export type DocumentKind = keyof typeof SHEETS_OF;

/** Schema number of the sheets above; in every document and handshake (DESIGN §4). */
export const SHEET_SCHEMA = 1;

/** The sheet with this id, or undefined for an unknown one (a hostile or newer peer). */
export function sheetSpec(id: string): SheetSpec | undefined {
  return Object.hasOwn(SHEETS, id) ? SHEETS[id as SheetId] : undefined;
}
