// What people call a version, and whether its terms reach back. Pure words and dates.
import type { VersionDetail, VersionSummary } from '@countersign/shared/protocol/api';

/** `Amendment 2`, `Version 1`, `Renewal 3`: amendments are counted from the first version. */
export function versionName(version: Pick<VersionSummary, 'kind' | 'sequence'>): string {
  switch (version.kind) {
    case 'AMENDMENT':
      return `Amendment ${version.sequence - 1}`;
    case 'RENEWAL':
      return `Renewal ${version.sequence}`;
    case 'TERMINATION':
      return `Termination, version ${version.sequence}`;
    default:
      return `Version ${version.sequence}`;
  }
}

/** The state to show on a day (ISO local date): an executed version is active from the day its terms begin. */
export function shownState(version: Pick<VersionSummary, 'state' | 'effectiveFrom'>, today: string): string {
  if (version.state !== 'EXECUTED') return version.state;
  return version.effectiveFrom !== null && version.effectiveFrom <= today ? 'ACTIVE' : 'EXECUTED';
}

/**
 * Whether the version changes terms for days before it was written down: it has a base, and its terms start before the day it was
 * submitted (today, while it is a draft). `now` is an ISO instant.
 */
export function isRetroactive(
  { summary, base, submittedBy, executedBy }: Pick<VersionDetail, 'summary' | 'base' | 'submittedBy' | 'executedBy'>,
  now: string = new Date().toISOString(),
): boolean {
  const written = (submittedBy?.at ?? executedBy?.at ?? now).slice(0, 10);
  return base !== null && summary.effectiveFrom !== null && summary.effectiveFrom < written;
}
