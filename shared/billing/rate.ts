/**
 * Step 3: selects the rate of a line on a day. Owns: the order of layers and of rules within one.
 * Must not: price.
 */

import {
  byText,
  type ContractVersion,
  type DayNumber,
  dayNumber,
  type Line,
  type PartnerOverride,
  type Price,
  type RateCardRow,
} from '@countersign/shared/model';
import { compare, decimalOf, decimalOrZero, exactText, max } from '@countersign/shared/money';
import { type AppliedRule, applyRateRules } from './rateRules.ts';
import type { RateRowRef } from './trace.ts';

export interface SelectedRate {
  readonly price: Price;
  readonly source: RateRowRef;
  readonly clauseId: string | undefined;
  /** Set when a floor raised the rate: the rate as stated. */
  readonly raisedFrom: string | null;
  /** Rate rules that acted on it, in order. */
  readonly rules: readonly AppliedRule[];
}

/** A rate as a layer states it, before rate rules. */
type StatedRate = Omit<SelectedRate, 'rules'>;

/** What makes one rule of a layer more specific than another. */
export interface Specificity {
  readonly id: string;
  readonly conditions: number;
  readonly partnerSpecific: boolean;
  readonly dated: boolean;
  readonly from: string;
}

/** Negative where only a has it. */
function first(a: boolean, b: boolean): -1 | 0 | 1 {
  return a === b ? 0 : a ? -1 : 1;
}

/** More conditions, then partner-specific, then dated, then later effectiveFrom, then lower id. Negative: a comes first. */
export function moreSpecific(a: Specificity, b: Specificity): number {
  return (
    b.conditions - a.conditions ||
    first(a.partnerSpecific, b.partnerSpecific) ||
    first(a.dated, b.dated) ||
    byText(b.from, a.from) ||
    byText(a.id, b.id)
  );
}

function holds(from: string | undefined, to: string | null | undefined, day: DayNumber): boolean {
  return (from === undefined || dayNumber(from) <= day) && (typeof to !== 'string' || day < dayNumber(to));
}

function within(
  wanted: Readonly<Record<string, string>> | undefined,
  has: Readonly<Record<string, string>> | undefined,
): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => has?.[key] === value);
}

/** A rule of a layer with its specificity. */
export function overrideSpecificity(rule: PartnerOverride): Specificity {
  return {
    id: rule.id,
    conditions:
      Object.keys(rule.dimensions ?? {}).length +
      (rule.conditions?.length ?? 0) +
      [rule.lineId, rule.productKey, rule.eventType, rule.payoutRuleId].filter((v) => v !== undefined).length,
    partnerSpecific: (rule.partnerIds?.length ?? 0) > 0,
    dated: rule.from !== undefined || typeof rule.to === 'string',
    from: rule.from ?? '',
  };
}

/** Whether a list names one of these partners; none given means all of them. */
function namesOne(ids: readonly string[] | undefined, partners: ReadonlySet<string>): boolean {
  return ids === undefined || ids.length === 0 || ids.some((id) => partners.has(id));
}

/** Whether an override speaks of one of these partners on this day. */
export function overrideHolds(rule: PartnerOverride, partners: ReadonlySet<string>, day: DayNumber): boolean {
  return namesOne(rule.partnerIds, partners) && holds(rule.from, rule.to, day);
}

/** A minimum quantity is a condition as a dimension is; one of 0, the default, asks for nothing. */
function rowSpecificity(row: RateCardRow): Specificity {
  const asksForQuantity = row.minimumQuantity !== undefined && decimalOf(row.minimumQuantity).n > 0n;
  return {
    id: row.id,
    conditions: Object.keys(row.dimensions ?? {}).length + (asksForQuantity ? 1 : 0),
    partnerSpecific: (row.partnerIds?.length ?? 0) > 0,
    dated: row.effectiveFrom !== undefined || typeof row.effectiveTo === 'string',
    from: row.effectiveFrom ?? '',
  };
}

/** The rate that holds for a line on a day with the rate rules that act on it, or null when no layer has one. */
export function selectRate(version: ContractVersion, line: Line, day: DayNumber): SelectedRate | null {
  const selected = layeredRate(version, line, day);
  if (selected === null) return null;
  if (selected.source.layer === 'OVERRIDE') return { ...selected, rules: [] };
  const { price, applied } = applyRateRules(version, line, selected.price);
  return { ...selected, price, rules: applied };
}

function layeredRate(version: ContractVersion, line: Line, day: DayNumber): StatedRate | null {
  const partners = new Set(version.parties?.map((party) => party.id));
  const override = (version.overrides ?? [])
    .filter((rule) => rule.eventType === undefined && rule.payoutRuleId === undefined)
    .filter(
      (rule) =>
        (rule.lineId === undefined || rule.lineId === line.id) &&
        (rule.productKey === undefined || rule.productKey === line.productKey),
    )
    // On a contract with payout rules an override that names no line speaks of payouts.
    .filter(
      (rule) => rule.lineId !== undefined || rule.productKey !== undefined || (version.payoutRules ?? []).length === 0,
    )
    .filter((rule) => within(rule.dimensions, line.dimensions) && overrideHolds(rule, partners, day))
    .sort((a, b) => moreSpecific(overrideSpecificity(a), overrideSpecificity(b)))[0];
  if (override !== undefined)
    return {
      price: override.price,
      source: { layer: 'OVERRIDE', id: override.id, rateType: line.rateType },
      clauseId: override.clauseId,
      raisedFrom: null,
    };
  if (line.price !== undefined)
    return {
      price: line.price,
      source: { layer: 'LINE', id: line.id, rateType: line.rateType },
      clauseId: line.clauseId,
      raisedFrom: null,
    };
  const ordered = decimalOrZero(line.contractedQuantity);
  const row = version.rateCardRows
    ?.filter((r) => r.rateType === line.rateType && r.productKey === (line.productKey ?? ''))
    .filter((r) => within(r.dimensions, line.dimensions) && holds(r.effectiveFrom, r.effectiveTo, day))
    .filter((r) => namesOne(r.partnerIds, partners))
    .filter((r) => r.minimumQuantity === undefined || compare(ordered, decimalOf(r.minimumQuantity)) >= 0)
    .sort((a, b) => moreSpecific(rowSpecificity(a), rowSpecificity(b)))[0];
  if (row !== undefined) return floored(row, line);
  const fallback = version.defaultRates
    ?.filter((r) => r.rateType === line.rateType)
    .sort((a, b) => byText(a.id, b.id))[0];
  if (fallback !== undefined)
    return {
      price: fallback.price,
      source: { layer: 'DEFAULT', id: fallback.id, rateType: line.rateType },
      clauseId: fallback.clauseId,
      raisedFrom: null,
    };
  return null;
}

function floored(row: RateCardRow, line: Line): StatedRate {
  const source = { layer: 'RATE_CARD', id: row.id, rateType: row.rateType } as const;
  const clauseId = row.clauseId ?? line.clauseId;
  if (row.floorRate === undefined || row.price.type !== 'UNIT')
    return { price: row.price, source, clauseId, raisedFrom: null };
  const stated = decimalOf(row.price.rate);
  const used = max(stated, decimalOf(row.floorRate));
  if (compare(used, stated) === 0) return { price: row.price, source, clauseId, raisedFrom: null };
  return { price: { ...row.price, rate: exactText(used) }, source, clauseId, raisedFrom: row.price.rate };
}

/** Days inside (from, to) on which the choice of rate for a line may change. */
export function rateCuts(version: ContractVersion, line: Line, from: DayNumber, to: DayNumber): DayNumber[] {
  const dates = [
    ...(version.overrides ?? []).flatMap((rule) => [rule.from, rule.to]),
    ...(line.price === undefined
      ? (version.rateCardRows ?? [])
          .filter((r) => r.productKey === (line.productKey ?? ''))
          .flatMap((r) => [r.effectiveFrom, r.effectiveTo])
      : []),
  ];
  const cuts = new Set<DayNumber>();
  for (const date of dates) {
    if (date === undefined || date === null) continue;
    const day = dayNumber(date);
    if (day > from && day < to) cuts.add(day);
  }
  return [...cuts].sort((a, b) => a - b);
}
