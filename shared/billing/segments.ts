/**
 * Step 1 for one line: the segments of a billing period, each with one set of terms.
 * Owns: where a period is cut, and which neighbours are one. Must not: count, price or round.
 */

import { canonicalJson, type DayNumber, type Line, type Period } from '@countersign/shared/model';
import type { Frozen } from './freeze.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import { contractStart, governedSpans } from './govern.ts';
import { rateCuts, type SelectedRate, selectRate } from './rate.ts';
import { flightOf } from './triggers.ts';

/** A stretch of a billing period in which one line has one set of terms. */
export interface Segment {
  readonly from: DayNumber;
  readonly to: DayNumber;
  /** The version that governs the end of the segment, and all that do where an amendment left the line as it was. */
  readonly version: FrozenVersion;
  readonly versions: readonly FrozenVersion[];
  readonly line: Line;
  readonly flight: { readonly from: DayNumber; readonly to: DayNumber | null };
  readonly rate: SelectedRate | null;
  /** The amendment says RESET: counters restart here. */
  readonly resets: boolean;
}

/** Cuts a billing period for one line where versions, flight or rates change; equal neighbours are joined. */
export function segmentsOf(frozen: Frozen, lineId: string, period: Period): Segment[] {
  const out: Segment[] = [];
  for (const span of governedSpans(frozen.versions, period.from, period.to)) {
    if (span.version === null) continue;
    const line = span.version.lines.get(lineId);
    if (line === undefined) continue;
    const flight = flightOf(span.version, line, contractStart(frozen.versions));
    const from = Math.max(span.from, flight.from);
    const to = Math.min(span.to, flight.to ?? span.to);
    if (from >= to) continue;
    const cuts = [from, ...rateCuts(span.version.doc, line, from, to)];
    for (const [i, start] of cuts.entries()) {
      const segment: Segment = {
        from: start,
        to: cuts[i + 1] ?? to,
        version: span.version,
        versions: [span.version],
        line,
        flight: { from: flight.from, to: flight.to },
        rate: selectRate(span.version.doc, line, start),
        resets: i === 0 && span.version.doc.tierCounters === 'RESET' && span.version.from >= period.from,
      };
      join(out, segment);
    }
  }
  return out;
}

function termsKey(segment: Segment): string {
  const { label: _label, clauseId: _clause, price: _price, ...line } = segment.line;
  return canonicalJson({ line, flight: segment.flight, price: segment.rate?.price ?? null });
}

function join(out: Segment[], next: Segment): void {
  const last = out.at(-1);
  if (last === undefined || last.to !== next.from || next.resets || termsKey(last) !== termsKey(next)) {
    out.push(next);
    return;
  }
  const versions = last.versions.includes(next.version) ? last.versions : [...last.versions, next.version];
  out[out.length - 1] = { ...next, from: last.from, versions, resets: last.resets };
}
