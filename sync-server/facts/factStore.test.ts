import type { DeliveryFact } from '@countersign/shared/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchResult, type FactStore, openFactStore } from './factStore.ts';
import { readFactFile } from './readFactFile.ts';

const batch = { contractId: 'c-1', fileName: 'report.csv', fileHash: 'aa', at: '2026-01-01T00:00:00.000Z' };
const report = async (store: FactStore, kind: 'delivery' | 'actions', csv: string): Promise<BatchResult> => {
  return store.keep({ ...batch, ...(await readFactFile(kind, new TextEncoder().encode(csv), batch.fileName)) });
};

describe('the fact store', () => {
  it('[FACT-1] keeps good rows and rejects the others with a reason', async () => {
    const store = openFactStore(':memory:');
    const result = await report(
      store,
      'delivery',
      'Line,Date,Impressions\n1,2026-01-02,1000\n1,2026-02-30,5\n2,2026-01-02,=1+1\n2,2026-01-03,7\n',
    );
    expect(result.added).toBe(2);
    expect(result.rejected.map(({ row }) => row)).toEqual([3, 4]);
    expect(result.rejected[0]?.reason).toContain('not a date');
    expect(store.facts('c-1').delivery.map(({ metric }) => metric)).toEqual(['IMPRESSIONS', 'IMPRESSIONS']);
    expect(store.rejected('c-1')).toHaveLength(2);
    expect(store.facts('c-2').delivery).toEqual([]);
  });

  it('[FACT-2] a higher report version replaces, the same again changes nothing, other content is refused', async () => {
    const store = openFactStore(':memory:');
    const rows = (version: number, quantity: string): string =>
      `line,date,quantity,report version\n1,2026-01-02,${quantity},${version}\n`;
    expect(await report(store, 'delivery', rows(1, '10'))).toMatchObject({ added: 1 });
    expect(await report(store, 'delivery', rows(1, '10'))).toMatchObject({ same: 1, rejected: [] });
    expect((await report(store, 'delivery', rows(1, '11'))).rejected[0]?.reason).toContain('Raise the report version');
    expect(await report(store, 'delivery', rows(2, '12'))).toMatchObject({ replaced: 1 });
    expect(await report(store, 'delivery', rows(1, '10'))).toMatchObject({ same: 1 });
    expect(store.facts('c-1').delivery.map(({ quantity }) => quantity)).toEqual(['12']);
  });

  it('[FACT-3] an action gains status events and never changes otherwise', async () => {
    const store = openFactStore(':memory:');
    const head = 'Order ID,Date,Amount,Status,Status date,Partner\n';
    const at = '2026-01-02T10:00:00Z';
    expect(await report(store, 'actions', `${head}7,${at},19.90,,,p1\n`)).toMatchObject({ added: 1 });
    expect(await report(store, 'actions', `${head}7,${at},19.90,reversed,2026-01-05T00:00:00Z,p1\n`)).toMatchObject({
      replaced: 1,
    });
    expect((await report(store, 'actions', `${head}7,${at},29.90,,,p1\n`)).rejected).toHaveLength(1);
    const [action] = store.facts('c-1').actions;
    expect(action).toMatchObject({ id: '7', amounts: { order: '19.90' }, partnerId: 'p1' });
    expect(action?.statusEvents).toEqual([{ status: 'REVERSED', at: '2026-01-05T00:00:00Z' }]);
  });

  it('[FACT-2] the order in which reports arrive does not matter', () => {
    const facts: DeliveryFact[] = [0, 1, 2, 3].map((reportVersion) => ({
      lineId: '1',
      localDate: '2026-01-02',
      quantity: String(100 + reportVersion),
      reportVersion,
    }));
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: 1 }), (arrived) => {
        const store = openFactStore(':memory:');
        for (const fact of arrived) store.keep({ ...batch, delivery: [[2, fact]], rejected: [] });
        const highest = Math.max(...arrived.map(({ reportVersion }) => reportVersion ?? 0));
        expect(store.facts('c-1').delivery.map(({ quantity }) => quantity)).toEqual([String(100 + highest)]);
        store.close();
      }),
    );
  });

  it('[FACT-4] a failing batch keeps nothing', () => {
    const store = openFactStore(':memory:');
    const delivery: DeliveryFact = { lineId: '1', localDate: '2026-01-02', quantity: '5' };
    const broken = {
      get localDate(): string {
        throw new Error('unreadable');
      },
      lineId: '2',
      quantity: '1',
    };
    expect(() =>
      store.keep({
        ...batch,
        delivery: [
          [2, delivery],
          [3, broken],
        ],
        rejected: [],
      }),
    ).toThrow('unreadable');
    expect(store.facts('c-1').delivery).toEqual([]);
    expect(store.batches('c-1')).toEqual([]);
  });
});
