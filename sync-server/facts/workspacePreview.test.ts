import { preview, previewJson } from '@countersign/shared/billing';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import { describe, expect, it } from 'vitest';
import { deliveryFacts, volumeContract } from '../demo/deliveryContracts.ts';
import type { DemoDocument } from '../demo/demoDocument.ts';
import { tvContract } from '../demo/tvContract.ts';
import { contentOfSheets } from '../testKit/demoContent.ts';
import type { FactSet } from './factStore.ts';
import { factPeriods } from './periods.ts';
import { type PreviewSource, previewText, type StoredVersion } from './workspacePreview.ts';

function stored(document: DemoDocument): StoredVersion[] {
  const { contractId, kind, number, title } = document;
  return document.versions.map(({ stage, sheets }, index) => ({
    summary: {
      versionId: `v-${index + 1}`,
      contractId,
      kind: index === 0 ? 'ORIGINAL' : 'AMENDMENT',
      sequence: index + 1,
      number,
      title,
      state: stage,
    },
    executedBy: stage === 'EXECUTED' ? { at: `2016-11-0${index + 1}T00:00:00.000Z` } : null,
    content: contentOfSheets(contractId, kind, sheets),
  }));
}
const none: FactSet = { delivery: [], touches: [], actions: [] };
const source = (document: DemoDocument, facts: FactSet = none): PreviewSource => ({
  contractOf: async () => document.contractId,
  versions: async () => stored(document),
  facts: () => facts,
});
const net = (json: string): string => (JSON.parse(json) as { totals: { net: string } }).totals.net;

describe('a preview by id', () => {
  it('[FACT-5] bills the executed versions, and the named draft above them', async () => {
    const tv = source(tvContract());
    expect(net(await previewText(tv, { contractId: 'c', period: '2016-11' }))).toBe('89165.00');
    expect(net(await previewText(tv, { versionId: 'v-3', period: '2016-11' }))).toBe('93160.00');
    expect(net(await previewText(tv, { versionId: 'v-1', period: '2016-11' }))).toBe('89165.00');
  });

  it('[FACT-5] gives the bytes that the kernel gives for the same versions and facts', async () => {
    const document = volumeContract();
    const facts = { ...none, delivery: deliveryFacts().get(document.contractId) ?? [] };
    const versions = stored(document).map((version) => {
      const { version: compiled } = compileVersion(version.content, versionMeta(version));
      if (compiled === null) throw new Error('not compiled');
      return compiled;
    });
    const text = await previewText(source(document, facts), { contractId: 'c', period: '2020-09' });
    expect(text).toBe(previewJson(preview({ versions, facts, period: '2020-09' })));
    expect(net(text)).toBe('895535.13');
  });

  it('[FACT-5] says why a contract without an executed version has no bill', async () => {
    const draft: PreviewSource = {
      ...source(tvContract()),
      versions: async () => stored(tvContract()).slice(2),
    };
    await expect(previewText(draft, { contractId: 'c', period: '2016-11' })).rejects.toThrow('no executed version');
    await expect(previewText(draft, { period: '2016-11' })).rejects.toThrow('Name a version');
  });

  it('[FACT-6] periods are where facts happened and where contracted lines fly, by the contract’s calendar', () => {
    const compile = (document: DemoDocument) =>
      stored(document).flatMap((version) => compileVersion(version.content, versionMeta(version)).version ?? []);
    expect(factPeriods(compile(tvContract()), none)).toEqual(['2016-11']);
    const volume = volumeContract();
    expect(factPeriods(compile(volume), { ...none, delivery: deliveryFacts().get(volume.contractId) ?? [] })).toEqual([
      '2020-09',
    ]);
    expect(factPeriods(compile(volume), none)).toEqual(['2020-09']);
  });
});
