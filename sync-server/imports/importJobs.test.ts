import { SHEET_SCHEMA, type WorkbookContent } from '@countersign/shared/model/sheets';
import { describe, expect, it } from 'vitest';
import { ImportError } from './importError.ts';
import type { DraftAt } from './importJob.ts';
import { type ImportCommit, ImportJobs, type ImportTarget } from './importJobs.ts';

/** A draft that exists: the port's other side over one content, so that jobs are tested without a server. */
class OneDraft implements ImportTarget {
  readonly commits: ImportCommit[] = [];
  hash = 'h1';
  content: WorkbookContent = {
    schema: SHEET_SCHEMA,
    kind: 'RATE_CARD',
    contractId: 'c-1',
    sheets: {
      terms: [{ rowId: 'r-term00000001', key: 'currency', value: 'EUR' }],
      rates: [{ rowId: 'r-rate00000001', product: 'P0', unit: 'spot', currency: 'EUR', rate: '1' }],
      clauses: [],
    },
  };

  async read(draftId: string): Promise<DraftAt> {
    if (draftId !== 'v-1') throw new ImportError('notFound', 'There is no such draft.', 'Choose another.');
    return { content: this.content, contentHash: this.hash, size: '41' };
  }

  async commit(commit: ImportCommit): Promise<string> {
    if (commit.expectHash !== this.hash)
      throw new ImportError('stale', 'The draft changed since the check.', 'Check again.');
    this.commits.push(commit);
    return '42';
  }
}

const csv = (rows: number): Uint8Array =>
  new TextEncoder().encode(
    `Product,Unit,Rate\n${Array.from({ length: rows }, (_, i) => `P${i},spot,${i}.5`).join('\n')}\n`,
  );
const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof ImportError) return error.code;
    throw error;
  }
  return 'none';
};
const started = async (jobs: ImportJobs, rows: number) => {
  const { importId, suggestedMapping } = await jobs.start('u-1', 'rates.csv', csv(rows));
  return { importId, mapping: { ...suggestedMapping, key: ['product', 'unit'] } };
};

describe('ImportJobs', () => {
  it('[IMP-9] checks 20,000 rows in slices that let others run, with progress', async () => {
    const target = new OneDraft();
    const jobs = new ImportJobs();
    const { importId, mapping } = await started(jobs, 20_000);
    const { state, settled } = await jobs.check('u-1', importId, 'v-1', mapping, target);
    expect(state).toMatchObject({ state: 'checking', done: 0, total: 20_000 });
    const seen = new Set<number>();
    let turns = 0;
    while (jobs.state('u-1', importId).state === 'checking') {
      await new Promise<void>((resolve) => setImmediate(resolve));
      seen.add(jobs.state('u-1', importId).done);
      turns += 1;
    }
    await settled;
    expect(turns).toBeGreaterThan(20);
    expect(seen.size).toBeGreaterThan(20);
    expect(jobs.state('u-1', importId).result).toMatchObject({ added: 19_999, changed: 1, same: 0, refused: [] });
  });

  it('[IMP-9] a cancelled check stops at its next slice and is gone', async () => {
    const target = new OneDraft();
    const jobs = new ImportJobs();
    const { importId, mapping } = await started(jobs, 20_000);
    const { settled } = await jobs.check('u-1', importId, 'v-1', mapping, target);
    expect(jobs.cancel('u-1', importId).state).toBe('cancelled');
    await settled;
    expect(await codeOf(() => jobs.state('u-1', importId))).toBe('notFound');
  });

  it('[IMP-10] commits everything as one entry with the file’s hash, and the same answer again', async () => {
    const target = new OneDraft();
    const jobs = new ImportJobs();
    const { importId, mapping } = await started(jobs, 3);
    await (await jobs.check('u-1', importId, 'v-1', mapping, target)).settled;
    expect(await jobs.commit('u-1', importId, target)).toMatchObject({ state: 'committed', index: '42' });
    expect(await jobs.commit('u-1', importId, target)).toMatchObject({ state: 'committed', index: '42' });
    expect(target.commits).toHaveLength(1);
    const [commit] = target.commits;
    expect(commit?.fileHash).toMatch(/^[0-9a-f]{64}$/);
    expect(commit?.added.map(({ values }) => values.product)).toEqual(['P1', 'P2']);
    expect(commit?.commands).toMatchObject([
      { sheet: 'rates', rowId: 'r-rate00000001', field: 'rate', from: '1', to: '0.50', seen: '41' },
    ]);
  });

  it('[IMP-10] writes nothing while a cell is refused', async () => {
    const target = new OneDraft();
    const jobs = new ImportJobs();
    const { importId, suggestedMapping } = await jobs.start(
      'u-1',
      'r.csv',
      new TextEncoder().encode('Product,Unit,Rate\nA,spot,1\nB,spot,=2\n'),
    );
    await (await jobs.check('u-1', importId, 'v-1', suggestedMapping, target)).settled;
    expect(jobs.state('u-1', importId).result?.refused).toHaveLength(1);
    expect(await codeOf(() => jobs.commit('u-1', importId, target))).toBe('refusedCells');
    expect(target.commits).toEqual([]);
  });

  it('[IMP-11] a draft that changed since the check is refused and needs a new check', async () => {
    const target = new OneDraft();
    const jobs = new ImportJobs();
    const { importId, mapping } = await started(jobs, 2);
    await (await jobs.check('u-1', importId, 'v-1', mapping, target)).settled;
    target.hash = 'h2';
    expect(await codeOf(() => jobs.commit('u-1', importId, target))).toBe('stale');
    expect(await codeOf(() => jobs.commit('u-1', importId, target))).toBe('state');
    await (await jobs.check('u-1', importId, 'v-1', mapping, target)).settled;
    expect((await jobs.commit('u-1', importId, target)).state).toBe('committed');
  });

  it('[IMP-12] another person’s import is not there, and a file in the draft already changes nothing', async () => {
    const target = new OneDraft();
    const jobs = new ImportJobs();
    const { importId } = await started(jobs, 2);
    expect(await codeOf(() => jobs.state('u-2', importId))).toBe('notFound');
    expect(await codeOf(() => jobs.commit('u-1', importId, target))).toBe('state');
    const same = await jobs.start('u-1', 's.csv', new TextEncoder().encode('Product,Unit,Rate\nP0,spot,1.00\n'));
    const mapping = { ...same.suggestedMapping, key: ['product', 'unit'] };
    await (await jobs.check('u-1', same.importId, 'v-1', mapping, target)).settled;
    expect(jobs.state('u-1', same.importId).result).toMatchObject({ same: 1, added: 0 });
    expect(await codeOf(() => jobs.commit('u-1', same.importId, target))).toBe('state');
  });

  it('[IMP-9] a person’s oldest import gives way to a fifth one', async () => {
    const jobs = new ImportJobs();
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await jobs.start('u-1', 'r.csv', csv(1))).importId);
    const other = await jobs.start('u-2', 'r.csv', csv(1));
    expect(await codeOf(() => jobs.state('u-1', ids[0] ?? ''))).toBe('notFound');
    for (const id of ids.slice(1)) expect(jobs.state('u-1', id).state).toBe('read');
    expect(jobs.state('u-2', other.importId).state).toBe('read');
  });
});
