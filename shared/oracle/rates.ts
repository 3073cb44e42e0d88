/**
 * Test-only. Which rate holds for a line on a day (DOMAIN §3 step 3): partner override, line, rate card row, default; then
 * the rate rules. Must not: price units.
 */
import type { ContractVersion, Line, PartnerOverride, Price, RateCardRow } from '@countersign/shared/model';
import { dayOf } from './days.ts';
import { below } from './order.ts';
import { type Q, q, times, ZERO } from './rational.ts';
import { rounded } from './rounding.ts';

type Override = ReturnType<typeof PartnerOverride.parse>;
type Row = ReturnType<typeof RateCardRow.parse>;

interface Dated {
  readonly id: string;
  readonly from: string | undefined;
  readonly to: string | null | undefined;
  readonly conditions: number;
  readonly partners: boolean;
}

const holds = (day: number, from?: string, to?: string | null): boolean =>
  (from === undefined || dayOf(from) <= day) && (!to || day < dayOf(to));

const matches = (dimensions: Readonly<Record<string, string>> | undefined, line: Line): boolean =>
  Object.entries(dimensions ?? {}).every(([name, value]) => line.dimensions?.[name] === value);

/** More conditions, then partner-specific, then dated, then later, then the lower id. */
function moreSpecific(a: Dated, b: Dated): number {
  const isDated = (x: Dated): number => Number(x.from !== undefined || Boolean(x.to));
  const since = (x: Dated): number => (x.from === undefined ? Number.NEGATIVE_INFINITY : dayOf(x.from));
  return (
    b.conditions - a.conditions ||
    Number(b.partners) - Number(a.partners) ||
    isDated(b) - isDated(a) ||
    (since(b) === since(a) ? 0 : since(b) - since(a)) ||
    (a.id < b.id ? -1 : 1)
  );
}

function best<T>(list: readonly T[], describe: (item: T) => Dated): T | undefined {
  return [...list].sort((a, b) => moreSpecific(describe(a), describe(b)))[0];
}

function overrideFor(version: ContractVersion, line: Line, day: number): Override | undefined {
  const mine = (version.overrides ?? []).filter(
    (o) =>
      o.lineId === line.id ||
      (o.lineId === undefined && o.productKey !== undefined && o.productKey === line.productKey),
  );
  const fitting = mine.filter((o) => matches(o.dimensions, line) && holds(day, o.from, o.to));
  return best(fitting, ({ id, from, to, dimensions, conditions, partnerIds }) => ({
    id,
    from,
    to,
    conditions: Object.keys(dimensions ?? {}).length + (conditions ?? []).length,
    partners: (partnerIds ?? []).length > 0,
  }));
}

function rowFor(version: ContractVersion, line: Line, day: number): Row | undefined {
  const fitting = (version.rateCardRows ?? []).filter(
    (row) =>
      row.productKey === line.productKey &&
      row.rateType === line.rateType &&
      matches(row.dimensions, line) &&
      holds(day, row.effectiveFrom, row.effectiveTo) &&
      (row.minimumQuantity === undefined || !below(q(line.contractedQuantity ?? '0'), q(row.minimumQuantity))),
  );
  return best(fitting, ({ id, effectiveFrom, effectiveTo, dimensions, partnerIds, minimumQuantity }) => ({
    id,
    from: effectiveFrom,
    to: effectiveTo,
    // A quantity the line must have ordered is a condition too; none or 0 asks for nothing.
    conditions: Object.keys(dimensions ?? {}).length + Number(below(ZERO, q(minimumQuantity ?? '0'))),
    partners: (partnerIds ?? []).length > 0,
  }));
}

/** A rate below the floor of its row is raised to it. */
function floored(row: Row): Price {
  const { price, floorRate } = row;
  return price.type === 'UNIT' && floorRate !== undefined && below(q(price.rate), q(floorRate))
    ? { ...price, rate: floorRate }
    : price;
}

/** Every rate of a price changed alike; a table of tiers keeps its bounds. */
function withRates(price: Price, change: (rate: Q) => Q): Price {
  const text = (rate: string): string => {
    const { n, d } = change(q(rate));
    return `${n}/${d}`;
  };
  if (price.type === 'UNIT') return { ...price, rate: text(price.rate) };
  if (price.type === 'GRADUATED' || price.type === 'VOLUME')
    return { ...price, tiers: price.tiers.map((tier) => ({ ...tier, rate: text(tier.rate ?? '0') })) };
  throw new RangeError(`Rate rules of ${price.type} are not generated.`);
}

function ruled(version: ContractVersion, line: Line, price: Price): Price {
  const rules = (version.rateRules ?? []).filter(
    (rule) =>
      (rule.lineIds === undefined || rule.lineIds.includes(line.id)) &&
      (rule.conditions ?? []).every(({ field, value }) => line.dimensions?.[field] === value),
  );
  rules.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || (a.id < b.id ? -1 : 1));
  return rules.reduce(
    (so, { factor, rounding }) =>
      withRates(so, (rate) => {
        const exact = times(rate, q(factor));
        return rounding === undefined ? exact : rounded(exact, rounding.decimals, rounding.mode ?? 'HALF_UP');
      }),
    price,
  );
}

/** The line with the price that holds on the day; where equal prices come from does not part them (BILL-5). */
export function ratedLine(version: ContractVersion, line: Line, day: number): Line {
  const override = overrideFor(version, line, day);
  if (override !== undefined) return { ...line, price: override.price };
  const row = line.price === undefined ? rowFor(version, line, day) : undefined;
  const standard = version.defaultRates?.find((rate) => rate.rateType === line.rateType);
  const price = line.price ?? (row === undefined ? standard?.price : floored(row));
  if (price === undefined) return line;
  const rules = version.rateRules ?? [];
  return { ...line, price: rules.length === 0 ? price : ruled(version, line, price) };
}
