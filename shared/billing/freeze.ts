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
  type DayNumber,
  dayNumber,
  type FrozenOffsets,
  frozenOffsets,
  instantMs,
  isoDate,
  type LedgerEntry,
  type Line,
  type Period,
  parsePeriod,
  periodLike,
  quarterPeriod,
  sha256Hex,
  sha256HexOf,
  type TouchFact,
  thawOffsets,
  timeOfDayMs,
  type ZoneTable,
} from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import { mergeDelivery, sumColumns } from './columns.ts';
import { sumDelivery } from './delivery.ts';
import { contractEnd, contractStart } from './govern.ts';
import type { PreviewInput } from './input.ts';
import { Refusals } from './refusals.ts';
import type { RejectedFacts, VersionRef } from './result.ts';
import { type Delivery, frozenDelivery } from './series.ts';
import { checkedVersion } from './validate.ts';

/** A version with what the kernel reads often. */
export interface FrozenVersion {
  readonly doc: ContractVersion;
  readonly ref: VersionRef;
  readonly from: DayNumber;
  /** Exclusive; null: open-ended. */
  readonly to: DayNumber | null;
  readonly sequence: number;
  /** The version's lines by id: contracts have thousands. */
  readonly lines: ReadonlyMap<string, Line>;
}

/** Everything a calculation reads, fixed. */
export interface Frozen {
  /** By effectiveFrom, then sequence. */
  readonly versions: readonly FrozenVersion[];
  /** The latest version: currency, zone and calendar are the same in all. */
  readonly head: ContractVersion;
  readonly calendar: Calendar;
  readonly table: ZoneTable;
  readonly dayStartMs: number;
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

/** When a version's local or broadcast day begins, in milliseconds after midnight. */
export function dayStartOf(version: ContractVersion): number {
  return (version.billingCalendar ?? 'CALENDAR') === 'BROADCAST'
    ? timeOfDayMs(version.broadcastDayStart ?? '06:00')
    : 0;
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

/** Versions recorded by asOf. A draft (no recordedAt) counts when nothing in the past is asked, or when it stands alone. */
export function known(versions: readonly ContractVersion[], asOfMs: number | null): ContractVersion[] {
  if (asOfMs === null || versions.length === 1) {
    return versions.filter((v) => asOfMs === null || v.recordedAt === undefined || instantMs(v.recordedAt) <= asOfMs);
  }
  return versions.filter((v) => v.recordedAt !== undefined && instantMs(v.recordedAt) <= asOfMs);
}

export function frozenVersion(doc: ContractVersion): FrozenVersion {
  const sequence = doc.sequence ?? 1;
  const terminated = doc.kind === 'TERMINATION' ? (doc.effectiveTo ?? doc.effectiveFrom) : (doc.effectiveTo ?? null);
  return {
    doc,
    sequence,
    lines: new Map(doc.lines?.map((line) => [line.id, line])),
    from: dayNumber(doc.effectiveFrom),
    to: terminated === null ? null : dayNumber(terminated),
    ref: {
      versionId: doc.id,
      sequence,
      effectiveFrom: doc.effectiveFrom,
      recordedAt: doc.recordedAt ?? null,
      hash: sha256Hex(canonicalJson(doc)),
    },
  };
}

const FRAME = ['contractId', 'currency', 'timeZone', 'billingCalendar', 'billingCycle'] as const;

function sameFrame(head: ContractVersion, other: ContractVersion): void {
  for (const field of FRAME) {
    if (head[field] === other[field]) continue;
    throw new DomainError(
      'FRAME_CHANGED',
      `Version ${other.id} says ${field} "${other[field] ?? 'default'}" and version ${head.id} says "${head[field] ?? 'default'}".`,
      'Start a new contract when this changes: amounts of two frames cannot be added up.',
      { path: field },
    );
  }
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
  return [...byId.values()].map((entry) => entry.fact).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/**
 * The period that a cycle bills. Under END_OF_CAMPAIGN the period that holds the last day bills everything since the start;
 * under QUARTERLY the last month of a quarter bills its three. Every other period bills nothing and says when.
 */
function cyclePeriod(
  asked: Period,
  versions: readonly FrozenVersion[],
  head: ContractVersion,
  calendar: Calendar,
): { period: Period; waits: string | null } {
  if (head.billingCycle === 'QUARTERLY') {
    const quarter = quarterPeriod(quarterAnchor(head, versions), asked.from, calendar);
    if (asked.key === quarter.key) return { period: quarter, waits: null };
    return { period: asked, waits: `It is billed by quarter, with the period ${quarter.key}.` };
  }
  if (head.billingCycle !== 'END_OF_CAMPAIGN') return { period: asked, waits: null };
  const end = contractEnd(versions);
  if (end === null || end > asked.to || end <= asked.from)
    return { period: asked, waits: 'It is billed once, in the period that holds its last day.' };
  return { period: { ...asked, from: periodLike(asked, contractStart(versions), calendar).from }, waits: null };
}

/** A day of the month that quarters are counted from. */
function quarterAnchor(head: ContractVersion, versions: readonly FrozenVersion[]): DayNumber {
  return head.billingAnchor === undefined ? contractStart(versions) : dayNumber(head.billingAnchor);
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
