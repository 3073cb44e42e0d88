/** What a list says of a contract beside its name. Owns which figures are honest (SCR-60); the kernel computes every amount. Pure. */
import type { ContractVersion } from '@countersign/shared/model';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import type { ContractFigures, Worth } from '@countersign/shared/protocol/api';
import { orderedGross } from './contractedWorth.ts';
import type { StoredVersion } from './workspacePreview.ts';

type Line = NonNullable<ContractVersion['lines']>[number];

/** @param versions those that were executed once, by sequence, and the shown one, which is the last. */
export function contractFigures(versions: readonly StoredVersion[], shown: StoredVersion): ContractFigures {
  const { content, summary } = shown;
  const dates = { starts: termOf(content, 'effectiveFrom'), ends: termOf(content, 'effectiveTo') };
  const bare = { versionId: summary.versionId, ...dates };
  if (content.kind === 'RATE_CARD')
    return {
      ...bare,
      worth: ratesOf(content),
      direction: null,
      lastDay: lastOf(content.sheets.rates ?? []),
      billing: null,
    };
  const compiled = versions.flatMap((stored) => compileVersion(stored.content, versionMeta(stored)).version ?? []);
  const head = compiled.at(-1);
  const lastDay = lastOf((content.sheets.lines ?? []).filter(({ status }) => !SILENT.has(status ?? '')));
  // One that cannot be billed leaves the others without their sum.
  if (head === undefined || compiled.length < versions.length)
    return { ...bare, worth: null, direction: null, lastDay, billing: null };
  const [first = head.effectiveFrom] = compiled.map(({ effectiveFrom }) => effectiveFrom).toSorted();
  return {
    ...bare,
    worth: worthOf(compiled, head),
    direction: head.direction ?? 'RECEIVABLE',
    lastDay,
    billing: {
      cycle: head.billingCycle ?? 'MONTHLY',
      calendar: head.billingCalendar ?? 'CALENDAR',
      anchor: head.billingAnchor ?? first,
    },
  };
}

const SILENT = new Set(['REVISED', 'PRE_EMPTED']);
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A date among the terms; null while it is blank. What is no date is for the draft to say. */
function termOf({ sheets }: WorkbookContent, key: string): string | null {
  const value = (sheets.terms ?? []).find((row) => row.key === key)?.value;
  return value !== undefined && DATE.test(value) ? value : null;
}

/** The last day of these rows; null without any and when one of them has no end. */
function lastOf(rows: readonly Readonly<Record<string, string>>[]): string | null {
  let last: string | null = null;
  for (const { to } of rows) {
    if (to === undefined || !DATE.test(to)) return null;
    if (last === null || to > last) last = to;
  }
  return last;
}

function ratesOf({ sheets }: WorkbookContent): Worth | null {
  const rates = sheets.rates ?? [];
  if (rates.length === 0) return null;
  const currencies = new Set(rates.flatMap(({ currency }) => currency ?? []));
  return { kind: 'rates', count: rates.length, currencies: [...currencies].toSorted() };
}

function worthOf(versions: readonly ContractVersion[], head: ContractVersion): Worth | null {
  const booked = versions.map((version) => ({ ...version, lines: (version.lines ?? []).map(asOrdered) }));
  const ordered = orderedGross(booked);
  const delivered = (booked.at(-1)?.lines ?? []).filter(isDelivered).length;
  // Part of a sum is no value.
  if (ordered !== null) return ordered.isWhole ? { kind: 'ordered', ...ordered.gross, delivered } : null;
  const rules = head.payoutRules ?? [];
  const [rule] = rules;
  if (rule === undefined) return delivered === 0 ? null : { kind: 'delivered', lines: delivered };
  const only = rules.length === 1 && (head.overrides ?? []).length === 0;
  return (only ? rateOf(rule, head.currency) : null) ?? { kind: 'payouts', count: rules.length };
}

/**
 * A line that is measured and ordered by quantity at one rate is worth that quantity: what is delivered above it never bills (DOMAIN §3,
 * step 2). A line in tiers has no such value, since its months choose the tiers.
 */
function asOrdered(line: Line): Line {
  const { contractedQuantity, price, flight, freeUnits, deductions } = line;
  const isOrder = contractedQuantity !== undefined && price?.type === 'UNIT' && flight?.to != null;
  return isOrder && freeUnits === undefined && deductions === undefined
    ? { ...line, billingSource: 'CONTRACTED' }
    : line;
}

const CAN_BILL = new Set(['NORMAL', 'MAKEGOOD']);

function isDelivered({ billingSource, status = 'NORMAL' }: Line): boolean {
  return billingSource !== 'CONTRACTED' && CAN_BILL.has(status);
}

/** The rate of a programme's one payout; null where it takes more than a figure to say it. */
function rateOf(rule: NonNullable<ContractVersion['payoutRules']>[number], currency: string): Worth | null {
  const { payout, eventType } = rule;
  const of = (eventType ?? 'action').toLowerCase();
  if (payout.type === 'UNIT') return { kind: 'each', amount: payout.rate, currency, of };
  if (payout.type !== 'PERCENT') return null;
  const { type: _type, percent, ...more } = payout;
  return Object.keys(more).length === 0 ? { kind: 'percent', percent, of } : null;
}
