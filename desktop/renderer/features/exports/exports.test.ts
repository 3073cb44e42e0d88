import type { Contract, Export, VersionSummary } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { versionSummary } from '../testKit/versionSummary.ts';
import { bundleFileName, readyVersions, sizeWords, verifyCommand } from './exportWords.ts';

const version = (versionId: string, fields: Partial<VersionSummary> = {}): VersionSummary =>
  versionSummary({ versionId, number: 'S-2009', title: 'Video', contentHash: 'a'.repeat(64), ...fields });
const contract: Contract = {
  id: 'c-1',
  kind: 'CONTRACT',
  number: 'S/2009 é',
  title: 'Video',
  counterparty: 'Agency',
  versions: [version('v-1'), version('v-2', { sequence: 2, state: 'DRAFT', contentHash: null })],
};
const done = (fields: Partial<Export> = {}): Export => ({
  exportId: 'x-1',
  versionId: 'v-1',
  contractId: 'c-1',
  title: 'Video',
  contentHash: 'a'.repeat(64),
  by: { userId: 'u-exporter', name: 'Exporter' },
  at: '2016-11-20T10:00:00.000Z',
  index: '7',
  bytes: 12_345,
  ...fields,
});

describe('exports', () => {
  it('[SCR-23] an executed version is ready until exactly its content was exported', () => {
    expect(readyVersions([contract], []).map((each) => each.version.versionId)).toEqual(['v-1']);
    expect(readyVersions([contract], [done()])).toEqual([]);
    expect(readyVersions([contract], [done({ contentHash: 'b'.repeat(64) })])).toHaveLength(1);
  });

  it('[SCR-24] the verify command names the file and the workspace key, each as one shell word', () => {
    expect(bundleFileName(done(), [contract])).toBe('S_2009_-v1.bundle.json');
    expect(verifyCommand('a.bundle.json', 'log.example+1234+AbC=')).toBe(
      "npx --no countersign verify 'a.bundle.json' --key 'log.example+1234+AbC='",
    );
    expect(verifyCommand("it's.json", null)).toBe("npx --no countersign verify 'it'\\''s.json'");
  });

  it('[SCR-24] sizes in words', () => {
    expect([12, 12_345, 3_000_000].map(sizeWords)).toEqual(['12 bytes', '12 KB', '2.9 MB']);
  });
});
