import type { VersionDetail } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { isRetroactive, versionName, versionWords } from './versionName.ts';

type Reaching = Parameters<typeof isRetroactive>[0];
const version = (effectiveFrom: string | null, submitted?: string, executed?: string, based = true): Reaching =>
  ({
    summary: { effectiveFrom },
    base: based ? {} : null,
    submittedBy: submitted === undefined ? null : { at: submitted },
    executedBy: executed === undefined ? null : { at: executed },
  }) as unknown as Pick<VersionDetail, 'summary' | 'base' | 'submittedBy' | 'executedBy'>;
const NOW = '2026-03-10T09:00:00Z';

describe('versions in words', () => {
  it('[SRV-19] a version is retroactive by the day it was submitted, else executed, else by today', () => {
    expect(isRetroactive(version('2026-03-09'), NOW)).toBe(true);
    expect(isRetroactive(version('2026-03-10'), NOW)).toBe(false);
    expect(isRetroactive(version('2026-03-05', '2026-03-04T23:00:00Z'), NOW)).toBe(false);
    expect(isRetroactive(version('2026-03-05', '2026-03-06T00:00:00Z', '2026-03-01T00:00:00Z'), NOW)).toBe(true);
    expect(isRetroactive(version('2026-03-05', undefined, '2026-03-01T00:00:00Z'), NOW)).toBe(false);
  });

  it('[SRV-19] the first version, and one without a start, reach back to nothing', () => {
    expect(isRetroactive(version('2020-01-01', undefined, undefined, false), NOW)).toBe(false);
    expect(isRetroactive(version(null), NOW)).toBe(false);
  });

  it('[SRV-20] [SRV-42] amendments are counted from the first version', () => {
    const name = (kind: string, sequence: number) => versionName({ kind, sequence });
    expect([name('ORIGINAL', 1), name('AMENDMENT', 3), name('RENEWAL', 3), name('TERMINATION', 4)]).toEqual([
      'Version 1',
      'Amendment 2',
      'Renewal 3',
      'Termination, version 4',
    ]);
    expect(versionWords({ kind: 'AMENDMENT', sequence: 2 })).toBe('amendment 1');
  });
});
