/**
 * Step 0 of the calculation: freezes versions, facts and time, and hashes them.
 * Owns: what counts as known at `asOf`, the offset table and the input hash. Must not: price.
 */

import {
  type ActionFact,
  buildZoneTable,
  type Calendar,
  type ContractVersion,
  canonicalJson,
  clipTable,
  type FrozenOffsets,
  frozenOffsets,
  instantMs,
  isoDate,
  type LedgerEntry,
  type Period,
  parsePeriod,
  sha256HexOf,
  type TouchFact,
  thawOffsets,
  type ZoneTable,
} from '@countersign/shared/model';
import { DomainError, type RoundingMode } from '@countersign/shared/money';
import { mergeDelivery, sumColumns } from './columns.ts';
import { cyclePeriod } from './cycle.ts';
import { sumDelivery } from './delivery.ts';
import { dayStartOf, type FrozenVersion, frozenVersion, known, sameFrame } from './frozenVersion.ts';
import type { PreviewInput } from './input.ts';
import { Refusals } from './refusals.ts';
import type { RejectedFacts } from './result.ts';
import { type Delivery, frozenDelivery } from './series.ts';
import { checkedVersion } from './validate.ts';

/** Everything a calculation reads, fixed. */
export interface Frozen {
  /** By effectiveFrom, then sequence. */
  readonly versions: readonly FrozenVersion[];
  /** The latest version: currency, zone and calendar are the same in all. */
  readonly head: ContractVersion;
  readonly calendar: Calendar;
  readonly table: ZoneTable;
  readonly dayStartMs: number;
  /** How amounts of the contract are rounded. */
  readonly mode: RoundingMode;
  readonly period: Period;
  /** Why nothing is billed in this period: the cycle bills it with another one. Null: it bills. */
  readonly waits: string | null;
  readonly asOfMs: number | null;
  readonly asOf: string | null;
  readonly delivery: Delivery;
  readonly actions: readonly ActionFact[];
  readonly touches: readonly TouchFact[];
  readonly posted: readonly LedgerEntry[];
  readonly rejected: readonly RejectedFacts[];
  readonly hash: string;
}

/** The offset tables a preview of this input uses, to hand to another machine that must give the same bytes. */
export function offsetsOf(input: PreviewInput): Readonly<Record<string, FrozenOffsets>> {
  const { head, table } = freeze(input);
  return { [head.timeZone]: frozenOffsets(table) };
}

/** Checks and freezes the input. Throws a typed error for a contract that cannot be billed as written. */
export function freeze(input: PreviewInput): Frozen {
  if (input.versions.length === 0)
    throw new DomainError(
      'NO_VERSION',
      'No contract version was given.',
      'Give at least one executed version or a draft.',
      { path: 'versions' },
    );
  const many = input.versions.length > 1;
  const checked = input.versions.map((version, i) => checkedVersion(version, many ? `[${i}].` : ''));
  const asOfMs = input.asOf === undefined ? null : instantMs(input.asOf);
  if (asOfMs !== null && !Number.isFinite(asOfMs))
    throw new DomainError(
      'BAD_AS_OF',
      `"${input.asOf}" is not a point in time.`,
      'Write it as 2026-03-01T12:00:00.000Z.',
      { path: 'asOf' },
    );
  const versions = known(checked, asOfMs)
    .map(frozenVersion)
    .sort((a, b) => a.from - b.from || a.sequence - b.sequence);
  const newest = versions.reduce<FrozenVersion | null>(
    (best, v) => (best === null || v.sequence >= best.sequence ? v : best),
    null,
  );
  if (newest === null)
    throw new DomainError(
      'NOT_YET_RECORDED',
      `No version was recorded by ${input.asOf}.`,
      'Ask for a later point in time.',
      { path: 'asOf' },
    );
  const head = newest.doc;
  for (const { doc } of versions) sameFrame(head, doc);
  const calendar = head.billingCalendar ?? 'CALENDAR';
  const asked = parsePeriod(input.period, calendar, { path: 'period' });
  const { period, waits } = cyclePeriod(asked, versions, head, calendar);
  const first = versions[0] as FrozenVersion;
  if (period.to <= first.from)
    throw new DomainError(
      'PERIOD_BEFORE_CONTRACT',
      `The period ${period.key} ends before the contract begins on ${isoDate(first.from)}.`,
      'Ask for a later period.',
      { path: 'period' },
    );
  const refusals = new Refusals();
  const isKnown = (recordedAt: string | undefined): boolean =>
    asOfMs === null || recordedAt === undefined || instantMs(recordedAt) <= asOfMs;
  const actions = distinct(
    input.facts.actions.filter((a) => isKnown(a.recordedAt)),
    'action',
    refusals,
  ).map((action) => ({
    ...action,
    ...(action.statusEvents === undefined
      ? {}
      : { statusEvents: action.statusEvents.filter((e) => isKnown(e.recordedAt)) }),
  }));
  const touches = distinct(
    input.facts.touches.filter((t) => isKnown(t.recordedAt)),
    'touch',
    refusals,
  );
  const given = input.offsets?.[head.timeZone];
  const around = span(versions, period, actions, touches);
  const table =
    given === undefined
      ? buildZoneTable(head.timeZone, ...around, { path: 'timeZone' })
      : clipTable(thawOffsets(head.timeZone, given), ...around);
  const dayStartMs = dayStartOf(head);
  const lineIds = new Set(versions.flatMap((v) => v.doc.lines?.map((line) => line.id) ?? []));
  const rows = sumDelivery(input.facts.delivery, asOfMs, { table, dayStartMs }, lineIds);
  const { columns } = input.facts;
  const delivery = columns === undefined ? rows : mergeDelivery(rows, sumColumns(columns, lineIds));
  const posted = (input.posted ?? []).filter((entry) => isKnown(entry.postedAt));
  const asOf = asOfMs === null ? null : new Date(asOfMs).toISOString();
  // One canonical object, members in their order; the delivery is written straight from its columns.
  const before = canonicalJson({ actions, asOf });
  const after = canonicalJson({
    offsets: { [head.timeZone]: frozenOffsets(table) },
    period: period.key,
    posted: posted.map((entry) => canonicalJson(entry)).sort(),
    touches,
    versions: versions.map((v) => v.ref.hash),
  });
  const utf8 = new TextEncoder();
  const hash = sha256HexOf(
    utf8.encode(`${before.slice(0, -1)},"delivery":`),
    frozenDelivery(delivery),
    utf8.encode(`,${after.slice(1)}`),
  );
  return {
    versions,
    head,
    calendar,
    table,
    dayStartMs,
    mode: head.roundingMode ?? 'HALF_UP',
    period,
    waits,
    asOfMs,
    asOf,
    delivery,
    actions,
    touches,
    posted,
    rejected: [...delivery.rejected, ...refusals.list()],
    hash,
  };
}

/** Facts sorted by id; a repeated id with the same content is dropped, with other content refused. */
function distinct<T extends { readonly id: string }>(facts: readonly T[], name: string, refusals: Refusals): T[] {
  const byId = new Map<string, { fact: T; text: string }>();
  for (const fact of facts) {
    const text = canonicalJson(fact);
    const other = byId.get(fact.id);
    if (other === undefined) byId.set(fact.id, { fact, text });
    else if (other.text !== text) {
      refusals.add(`The same ${name} was given twice with different content`, () => fact.id);
      if (text < other.text) byId.set(fact.id, { fact, text });
    }
  }
  return [...byId.values()].map((entry) => entry.fact).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The span of instants the zone table must cover. */
function span(
  versions: readonly FrozenVersion[],
  period: Period,
  actions: readonly ActionFact[],
  touches: readonly TouchFact[],
): [number, number] {
  let from = Math.min(period.from, ...versions.map((v) => v.from)) * 86_400_000;
  let to = period.to * 86_400_000;
  const widen = (text: string): void => {
    const ms = instantMs(text);
    if (ms < from) from = ms;
    if (ms > to) to = ms;
  };
  for (const action of actions) {
    widen(action.occurredAt);
    for (const event of action.statusEvents ?? []) widen(event.at);
  }
  for (const touch of touches) widen(touch.at);
  return [from, to];
}
