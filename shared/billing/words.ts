/** Words for units, rates and amounts in traces. Owns: how a finance person reads them. Must not: compute. */

import type { Price, RateType } from '@countersign/shared/model';
import { decimalOf, exactText, type Fraction } from '@countersign/shared/money';

const UNITS: Record<RateType, { one: string; many: string; metric: string }> = {
  CPM: { one: 'impression', many: 'impressions', metric: 'IMPRESSIONS' },
  VCPM: { one: 'viewable impression', many: 'viewable impressions', metric: 'VIEWABLE_IMPRESSIONS' },
  CPC: { one: 'click', many: 'clicks', metric: 'CLICKS' },
  CPCV: { one: 'completed view', many: 'completed views', metric: 'COMPLETED_VIEWS' },
  CPA: { one: 'action', many: 'actions', metric: 'ACTIONS' },
  CPS: { one: 'sale', many: 'of sales', metric: 'REVENUE' },
  CPD: { one: 'day', many: 'days', metric: 'DAYS' },
  FLAT: { one: 'day', many: 'days', metric: 'FLAT' },
  SPOT: { one: 'spot', many: 'spots', metric: 'SPOTS' },
};

export function unitOf(rateType: RateType): string {
  return UNITS[rateType].many;
}

/** Unit of a contracted flat amount: the amount itself, not a day of it. */
export const FLAT_AMOUNTS = 'flat amounts';

const ONE_OF: ReadonlyMap<string, string> = new Map([
  // A share of sales counts money: "1 of sales" stays.
  ...Object.entries(UNITS).flatMap(([rateType, { one, many }]) => (rateType === 'CPS' ? [] : [[many, one] as const])),
  [FLAT_AMOUNTS, 'flat amount'],
]);

/** A unit of a result's line as it stands behind its quantity: "1 day", "2 days". */
export function countedUnit(quantity: string, unit: string): string {
  return quantity === '1' ? (ONE_OF.get(unit) ?? unit) : unit;
}

/** The metric a rate type counts unless the line or the price names another. */
export function metricOf(rateType: RateType): string {
  return UNITS[rateType].metric;
}

/** Digits in groups of three: 1,250,000.5; a fraction n/d stays as it is. */
export function grouped(text: string): string {
  if (text.includes('/')) return text;
  const [whole = '', decimals] = text.split('.');
  const out = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? out : `${out}.${decimals}`;
}

export function groupedExact(value: Fraction): string {
  return grouped(exactText(value));
}

export function plural(rateType: RateType, quantity: Fraction): string {
  const one = quantity.n === quantity.d;
  return `${groupedExact(quantity)} ${one ? UNITS[rateType].one : UNITS[rateType].many}`;
}

/** How many units one stated rate covers: 1,000 for CPM and VCPM, 100 for a percentage, else 1. */
export function unitsPerRate(rateType: RateType): bigint {
  if (rateType === 'CPM' || rateType === 'VCPM') return 1000n;
  return rateType === 'CPS' ? 100n : 1n;
}

/** One rate with the units it covers: "15 per 1,000 impressions". */
export function perUnit(rateType: RateType, rate: string): string {
  switch (rateType) {
    case 'CPM':
    case 'VCPM':
      return `${grouped(rate)} per 1,000 ${UNITS[rateType].many}`;
    case 'CPS':
      return `${grouped(rate)}% of the sale`;
    case 'FLAT':
      return `${grouped(rate)} for the period`;
    default:
      return `${grouped(rate)} per ${UNITS[rateType].one}`;
  }
}

/** The rate in words, as the preview shows it beside a line. */
export function rateText(price: Price, rateType: RateType): string {
  const type = price.rateType ?? rateType;
  switch (price.type) {
    case 'UNIT':
      return perUnit(type, price.rate);
    case 'GRADUATED':
      return `Graduated, ${tierWords(price.tiers, type)}`;
    case 'VOLUME':
      return `All units at one tier, ${tierWords(price.tiers, type)}`;
    case 'PACKAGE':
      return `${grouped(price.amount)} per started ${grouped(price.size)} ${UNITS[type].many}`;
    case 'BLOCKS':
      return `${price.mode === 'GRADUATED' ? 'Graduated blocks' : 'All blocks at one tier'}, ${price.tiers
        .map((t) => `${grouped(t.amount)} per ${grouped(t.size)}`)
        .join(', ')}`;
    case 'PERCENT':
      return `${grouped(price.percent)}%${price.fixed !== undefined && decimalOf(price.fixed).n !== 0n ? ` plus ${grouped(price.fixed)}` : ''}`;
    case 'PERCENT_TIERS':
      return `${price.mode === 'VOLUME' ? 'All at one percentage' : 'Graduated percentage'}, ${price.tiers
        .map((t) => `${t.percent ?? '0'}% ${t.upTo === null ? 'above' : `to ${grouped(t.upTo)}`}`)
        .join(', ')}`;
    case 'FLAT':
      return `${grouped(price.amount)} ${price.proration === 'NONE' ? 'for each period' : 'for the period, by days'}`;
    case 'COMBINE': {
      const op =
        price.op === 'GREATER_OF' ? 'The greater of' : price.op === 'LESSER_OF' ? 'The lesser of' : 'The sum of';
      return `${op} ${price.of.map((p) => rateText(p, type)).join('; ')}`;
    }
  }
}

function tierWords(
  tiers: readonly { upTo: string | null; rate?: string | undefined; flat?: string | undefined }[],
  type: RateType,
): string {
  return tiers
    .map((t) => {
      const rate = perUnit(type, t.rate ?? '0');
      const flat = t.flat !== undefined && decimalOf(t.flat).n !== 0n ? ` plus ${grouped(t.flat)}` : '';
      return `${rate}${flat} ${t.upTo === null ? 'above' : `to ${grouped(t.upTo)}`}`;
    })
    .join(', ');
}
