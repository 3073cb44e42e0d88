/**
 * Step 1: which version governs a day. Owns: the two-time rule and the split of a period into segments.
 * Must not: price.
 */
import type { DayNumber } from '@countersign/shared/model';
import type { FrozenVersion } from './frozenVersion.ts';

/**
 * Among the versions given (already limited to those recorded by asOf, ascending by effectiveFrom and sequence) the one
 * with the latest effectiveFrom at or before the day; ties to the higher sequence. When that one has ended, nothing governs.
 */
export function governing(versions: readonly FrozenVersion[], day: DayNumber): FrozenVersion | null {
  let chosen: FrozenVersion | null = null;
  for (const version of versions) if (version.from <= day) chosen = version;
  return chosen !== null && (chosen.to === null || day < chosen.to) ? chosen : null;
}

export interface Span {
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly version: FrozenVersion | null;
}

/** Spans already cut: every line of a contract asks for those of the same few periods. */
const CUT = new WeakMap<readonly FrozenVersion[], Map<string, readonly Span[]>>();

/** [from, to) cut where the governing version changes; stretches that nothing governs are kept with `version` null. */
export function governedSpans(versions: readonly FrozenVersion[], from: DayNumber, to: DayNumber): readonly Span[] {
  let known = CUT.get(versions);
  if (known === undefined) {
    known = new Map();
    CUT.set(versions, known);
  }
  const key = `${from} ${to}`;
  const found = known.get(key) ?? cutSpans(versions, from, to);
  known.set(key, found);
  return found;
}

function cutSpans(versions: readonly FrozenVersion[], from: DayNumber, to: DayNumber): Span[] {
  const cuts = new Set<DayNumber>([from]);
  for (const version of versions) {
    if (version.from > from && version.from < to) cuts.add(version.from);
    if (version.to !== null && version.to > from && version.to < to) cuts.add(version.to);
  }
  const days = [...cuts].sort((a, b) => a - b);
  const spans: Span[] = [];
  days.forEach((day, i) => {
    const span = { from: day, to: days[i + 1] ?? to, version: governing(versions, day) };
    const last = spans.at(-1);
    if (last !== undefined && last.version === span.version) spans[spans.length - 1] = { ...last, to: span.to };
    else spans.push(span);
  });
  return spans;
}

/** The day tier counters last restarted: begin of the latest version by `day` that says RESET and governs; null: never. */
export function counterReset(versions: readonly FrozenVersion[], day: DayNumber): DayNumber | null {
  const reset = versions.findLast(
    (v) => v.from <= day && v.doc.tierCounters === 'RESET' && governing(versions, v.from) === v,
  );
  return reset?.from ?? null;
}

/** First day of the contract. */
export function contractStart(versions: readonly FrozenVersion[]): DayNumber {
  return Math.min(...versions.map((v) => v.from));
}

/** The day the contract really ends (exclusive): where the version that governs last has its end; null: open-ended. */
export function contractEnd(versions: readonly FrozenVersion[]): DayNumber | null {
  const last = versions.at(-1);
  return last?.to ?? null;
}

/** The end agreed before a termination (exclusive): what an amount for the whole term stands for. */
export function agreedEnd(versions: readonly FrozenVersion[]): DayNumber | null {
  const agreed = versions.filter((v) => v.doc.kind !== 'TERMINATION').at(-1);
  return agreed?.to ?? contractEnd(versions);
}
