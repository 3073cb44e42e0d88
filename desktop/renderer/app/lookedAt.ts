// What of a draft is new to the person: entries by others above the log size at which they looked last. Pure; sizes and indexes are the
// server’s, no clock decides.
import type { VersionSummary } from '@countersign/shared/protocol/api';

/** Under which preference the log size of the last look is kept. */
export const lookedKey = (versionId: string): string => `looked:${versionId}`;

/** The newest entry of a draft when somebody else wrote it since the person looked; null also for what they never opened here. */
export function newSince(
  version: Pick<VersionSummary, 'lastEntry' | 'state'>,
  looked: unknown,
  userId: string | null,
): NonNullable<VersionSummary['lastEntry']> | null {
  const { lastEntry, state } = version;
  if (state !== 'DRAFT' || lastEntry === undefined || lastEntry.userId === userId) return null;
  if (typeof looked !== 'string' || !/^\d+$/.test(looked)) return null;
  return BigInt(lastEntry.index) >= BigInt(looked) ? lastEntry : null;
}
