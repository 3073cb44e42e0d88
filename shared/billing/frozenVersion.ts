/**
 * Versions as the kernel reads them. Owns: which are known at an instant, their span, hash and reference, and that all of
 * one contract share a frame. Must not: choose which governs; `govern.ts` does.
 */
import {
  type ContractVersion,
  canonicalJson,
  type DayNumber,
  dayNumber,
  instantMs,
  type Line,
  sha256Hex,
  timeOfDayMs,
} from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import type { VersionRef } from './trace.ts';

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

/** When a version's local or broadcast day begins, in milliseconds after midnight. */
export function dayStartOf(version: ContractVersion): number {
  return version.billingCalendar === 'BROADCAST' ? timeOfDayMs(version.broadcastDayStart ?? '06:00') : 0;
}

/** Versions recorded by asOf. A draft (no recordedAt) counts when nothing in the past is asked, or when it stands alone. */
export function known(versions: readonly ContractVersion[], asOfMs: number | null): ContractVersion[] {
  if (asOfMs === null || versions.length === 1) {
    return versions.filter((v) => asOfMs === null || v.recordedAt === undefined || instantMs(v.recordedAt) <= asOfMs);
  }
  return versions.filter((v) => v.recordedAt !== undefined && instantMs(v.recordedAt) <= asOfMs);
}

/** A version with its lines by id, its interval [from, to) in days, and the reference that a result names it by. */
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

/** Refuses two versions of one contract whose amounts cannot be added up (BILL-32). */
export function sameFrame(head: ContractVersion, other: ContractVersion): void {
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
