// A version as lists name it, for tests of screens. Owns an executed original that says nothing by itself.
import type { VersionSummary } from '@countersign/shared/protocol/api';

export function versionSummary(fields: Partial<VersionSummary> = {}): VersionSummary {
  return {
    versionId: 'v-1',
    contractId: 'c-1',
    documentKind: 'CONTRACT',
    kind: 'ORIGINAL',
    sequence: 1,
    number: '2659161',
    title: 'November flight',
    state: 'EXECUTED',
    baseVersionId: null,
    contentHash: null,
    effectiveFrom: null,
    createdAt: '2016-10-20T10:00:00.000Z',
    changedAt: '2016-10-20T10:00:00.000Z',
    ...fields,
  };
}
