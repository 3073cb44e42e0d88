/** Which column of a file probably fills which column of a sheet. Owns the headings people use; the person confirms or corrects. */
import { RATE_KEY } from '@countersign/shared/model/cell';
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import type { ImportMapping } from '@countersign/shared/protocol/api';

/** Headings of real files beside a column's own id and label, by sheet and column; compared as `plain` writes them. */
const KNOWN_HEADINGS: Readonly<Partial<Record<SheetId, Readonly<Record<string, readonly string[]>>>>> = {
  rates: {
    product: ['productkey', 'program', 'programme', 'placement', 'placementordaypart', 'position', 'adformat', 'name'],
    geo: ['country', 'market', 'region', 'territory', 'location'],
    device: ['platform'],
    daypart: ['days', 'timeband', 'timeslot', 'time', 'slot'],
    format: ['medium', 'size', 'adsize', 'mediatype'],
    audience: ['segment', 'target', 'demographic'],
    class: ['classorfrequency', 'class', 'frequency', 'ratetype', 'ratelevel'],
    unit: ['per', 'pricedper', 'costmethod', 'pricingmodel'],
    currency: ['currencycode', 'ccy'],
    rate: ['price', 'cost', 'grossrate', 'netrate', 'cpm', 'ratecard', 'ratelow'],
    rateMax: ['ratehigh', 'maxrate', 'highestrate', 'ratehighest'],
    floorRate: ['floor', 'minimumrate', 'floorprice'],
    minimumQuantity: ['minimum', 'minquantity', 'minqty', 'volume', 'quantity'],
    from: ['effectivefrom', 'validfrom', 'start', 'startdate', 'effectivedate'],
    to: ['effectiveto', 'validto', 'end', 'enddate', 'expires'],
    lengthSeconds: ['lengthsec', 'length', 'duration', 'seconds', 'spotlength', 'adlength'],
    note: ['notes', 'comment', 'comments', 'remarks', 'pricebasis'],
  },
  lines: {
    line: ['lineno', 'linenumber', 'lineid'],
    airTime: ['time', 'timewindow', 'starttime'],
    product: ['program', 'programme', 'description', 'placement', 'product'],
    breakType: ['break'],
    from: ['start', 'startdate', 'flightstart', 'orderedfrom'],
    to: ['end', 'enddate', 'flightend', 'orderedto'],
    days: ['daypattern', 'weekdays'],
    quantity: ['spots', 'units', 'impressions', 'qty', 'orderedspots'],
    rate: ['price', 'rateusd', 'unitprice'],
    lengthSeconds: ['lengthsec', 'length'],
    status: ['linestatus'],
  },
};

/** Columns that together name a row, by sheet: an equal row of the draft is changed, another is added. */
const SHEET_KEYS: Readonly<Record<SheetId, readonly string[]>> = {
  terms: ['key'],
  lines: ['line'],
  rates: [...RATE_KEY, 'from'],
  tiers: ['table', 'upTo'],
  payouts: ['eventType', 'priority'],
  attribution: ['touchType'],
  eligibility: ['field', 'operator', 'value'],
  commitments: ['kind', 'scope', 'line', 'basis', 'period'],
  adjustments: ['kind', 'label'],
  clauses: ['key'],
};

/** In the order that settles a tie. */
const SUGGESTED: readonly SheetId[] = [
  'rates',
  'lines',
  'tiers',
  'payouts',
  'clauses',
  'terms',
  'commitments',
  'adjustments',
  'attribution',
  'eligibility',
];

/** The sheet whose columns the headings name best, and the pairs found; a file column is used once. */
export function suggestMapping(columns: readonly string[]): ImportMapping {
  let best: ImportMapping = { sheet: 'rates', columns: {}, key: [] };
  for (const sheet of SUGGESTED) {
    const found = mappingOf(sheet, columns);
    if (Object.keys(found.columns).length > Object.keys(best.columns).length) best = found;
  }
  return best;
}

/** Pairs of one sheet. The key is what of the sheet's own key is mapped. */
export function mappingOf(sheet: SheetId, columns: readonly string[]): ImportMapping {
  const left = new Map(columns.map((column) => [plain(column), column] as const));
  const pairs: Record<string, string> = {};
  // Own names first over all columns, so that a synonym never takes the heading another column is called by.
  for (const spec of SHEETS[sheet].columns)
    take(left, pairs, spec.id, [spec.id, spec.label.replace(/, \{currency\}$/, '')]);
  for (const spec of SHEETS[sheet].columns) {
    if (pairs[spec.id] === undefined) take(left, pairs, spec.id, KNOWN_HEADINGS[sheet]?.[spec.id] ?? []);
  }
  return { sheet, columns: pairs, key: SHEET_KEYS[sheet].filter((column) => pairs[column] !== undefined) };
}

function take(left: Map<string, string>, pairs: Record<string, string>, id: string, names: readonly string[]): void {
  const name = names.map(plain).find((candidate) => left.has(candidate));
  const column = name === undefined ? undefined : left.get(name);
  if (name === undefined || column === undefined) return;
  pairs[id] = column;
  left.delete(name);
}

/** "Effective from (EUR)" → "effectivefrom": letters only, without what stands in brackets. */
function plain(heading: string): string {
  return heading
    .replace(/\([^)]*\)/g, '')
    .toLowerCase()
    .replace(/[^a-zà-ÿ]/g, '');
}
