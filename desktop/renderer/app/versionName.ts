// What people call a version. Pure words.
import type { VersionSummary } from '@countersign/shared/protocol/api';

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
