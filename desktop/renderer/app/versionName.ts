// How a version is shown today, and whether its terms reach back. Pure words and dates; its name is shared/lifecycle's.
import type { VersionDetail, VersionSummary } from '@countersign/shared/protocol/api';

export { versionName, versionWords } from '@countersign/shared/lifecycle';

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
