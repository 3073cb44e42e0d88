/**
 * What a draft changes before anyone approves it. Owns: re-rated differences by line and period.
 * Must not: post anything.
 */

import type { ContractVersion, LedgerEntry } from '@countersign/shared/model';
import {
  add,
  decimalOf,
  decimalOrZero,
  type Fraction,
  isZero,
  minorDigits,
  roundedText,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { hasCliff } from './cliff.ts';
import type { Facts } from './input.ts';
import { preview } from './preview.ts';
import type { PreviewResult, Warning } from './result.ts';

export interface ImpactInput {
  /** The executed versions as they stand. Empty for a new contract. */
  readonly base: readonly ContractVersion[];
  readonly draft: ContractVersion;
  readonly facts: Facts;
  /** Period keys, past and open. */
  readonly periods: readonly string[];
  readonly posted?: readonly LedgerEntry[] | undefined;
}

/** How an amendment changes what is billed. */
export interface ImpactLine {
  readonly period: string;
  readonly lineId: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly delta: string;
}
export interface ImpactPeriod {
  readonly period: string;
  readonly before: string;
  readonly after: string;
  readonly delta: string;
  /** true when something was already posted for the period: the delta goes to the open one. */
  readonly issued: boolean;
}
export interface ImpactResult {
  readonly currency: string;
  readonly periods: readonly ImpactPeriod[];
  readonly lines: readonly ImpactLine[];
  readonly totalDelta: string;
  readonly warnings: readonly Warning[];
}

function byLine(result: PreviewResult | null): Map<string, { label: string; total: Fraction }> {
  const out = new Map<string, { label: string; total: Fraction }>();
  for (const line of result?.lines ?? []) {
    const known = out.get(line.lineId);
    out.set(line.lineId, {
      label: known?.label ?? line.label,
      total: add(known?.total ?? ZERO, decimalOf(line.shares.total)),
    });
  }
  return out;
}

/** Bills each period with and without the draft, and lists the differences by line and period. */
export function impact(input: ImpactInput): ImpactResult {
  const { base, draft, facts, posted } = input;
  const digits = minorDigits(draft.currency);
  const write = (value: Fraction): string => roundedText(value, digits, 'HALF_UP');
  const lines: ImpactLine[] = [];
  const periods: ImpactPeriod[] = [];
  const warnings = new Map<string, Warning>();
  const started = (versions: readonly ContractVersion[], period: string): boolean =>
    versions.some((v) => v.effectiveFrom.slice(0, 7) <= period);
  for (const period of input.periods) {
    const before = started(base, period) ? preview({ versions: base, facts, period }) : null;
    const both = [...base, draft];
    const after = started(both, period) ? preview({ versions: both, facts, period }) : null;
    for (const warning of after?.warnings ?? []) warnings.set(`${warning.code}${warning.text}`, warning);
    const [was, becomes] = [byLine(before), byLine(after)];
    for (const lineId of [...new Set([...was.keys(), ...becomes.keys()])]) {
      const from = was.get(lineId)?.total ?? ZERO;
      const to = becomes.get(lineId)?.total ?? ZERO;
      const delta = subtract(to, from);
      if (isZero(delta)) continue;
      lines.push({
        period,
        lineId,
        label: becomes.get(lineId)?.label ?? was.get(lineId)?.label ?? lineId,
        before: write(from),
        after: write(to),
        delta: write(delta),
      });
    }
    const [from, to] = [decimalOrZero(before?.totals.total), decimalOrZero(after?.totals.total)];
    periods.push({
      period,
      before: write(from),
      after: write(to),
      delta: write(subtract(to, from)),
      issued: posted?.some((entry) => entry.period === period) === true,
    });
  }
  for (const line of draft.lines ?? []) {
    if (line.price === undefined || !hasCliff(line.price, line.rateType)) continue;
    const text = `${line.label ?? line.id}: its all-units tiers charge less in total right after a bound than at it.`;
    warnings.set(`TIER_CLIFF${text}`, { code: 'TIER_CLIFF', lineId: line.id, text });
  }
  return {
    currency: draft.currency,
    periods,
    lines,
    totalDelta: write(sum(periods.map((p) => decimalOf(p.delta)))),
    warnings: [...warnings.values()],
  };
}
