import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../testKit/scratchFolder.ts';
import { duckFactSource } from './index.ts';

describe('touches and actions', () => {
  const source = duckFactSource({ threads: 1, memory: '200MB' });
  const scratch = scratchFolder();

  it('[FSRC-10] an action gains status events; unnamed columns are its dimensions; other content is refused', async () => {
    const csv =
      'id,occurredAt,partner,amount,amounts.tax,status,statusAt,geo\n' +
      'a,2026-03-01T12:00:00Z,p,80.00,5.10,,,US\n' +
      'a,2026-03-01T12:00:00Z,p,80.00,5.10,reversed,2026-03-09T12:00:00Z,US\n' +
      'a,2026-03-01T12:00:00Z,p,80.00,5.10,reversed,2026-03-09T12:00:00Z,US\n' +
      'a,2026-03-01T12:00:00Z,p,81.00,5.10,,,US\n' +
      'b,2026-03-40T12:00:00Z,p,50.00,,,,US\n' +
      'c,2026-03-02T12:00:00Z,p,=9,,,,US\n';
    const { facts, rows, same, rejected } = await source.actions(scratch.write('a.csv.gz', gzipSync(csv)));
    expect([rows, same]).toEqual([6, 1]);
    expect(facts).toEqual([
      {
        id: 'a',
        occurredAt: '2026-03-01T12:00:00Z',
        partnerId: 'p',
        amounts: { order: '80.00', tax: '5.10' },
        dimensions: { geo: 'US' },
        statusEvents: [{ status: 'REVERSED', at: '2026-03-09T12:00:00Z' }],
      },
    ]);
    expect(rejected.map(({ column, count, samples }) => [column, count, samples[0]])).toEqual([
      ['id', 1, { row: 5, value: 'a' }],
      ['occurredAt', 1, { row: 6, value: '2026-03-40T12:00:00Z' }],
      ['amount', 1, { row: 7, value: '=9' }],
    ]);
  });

  it('[FSRC-10] JSON keeps nested amounts, and a mapping names what the usual names do not', async () => {
    const action = {
      ref: 'a',
      occurredAt: '2026-03-01T12:00:00Z',
      amounts: { order: '1.10' },
      dimensions: { geo: 'US' },
    };
    const { facts } = await source.actions(scratch.write('a.json', JSON.stringify({ actions: [action] })), {
      id: 'ref',
    });
    expect(facts).toEqual([
      { id: 'a', occurredAt: action.occurredAt, amounts: { order: '1.10' }, dimensions: { geo: 'US' } },
    ]);
  });

  it('[FSRC-10] touches: the same again changes nothing, other content is refused, a missing column is named', async () => {
    const row = 't1,u,CLICK,p,2026-03-01T12:00:00Z';
    const csv = `id,actorId,touchType,partnerId,at\n${row}\n${row}\nt1,u,VIEW,p,2026-03-01T12:00:00Z\n`;
    const { facts, same, rejected } = await source.touches(scratch.write('t.csv', csv));
    expect([facts.length, same, rejected[0]?.count]).toEqual([1, 1, 1]);
    await expect(source.touches(scratch.write('m.csv', 'id,actorId\n1,2\n'))).rejects.toThrow(
      'No column holds touchType',
    );
  });
});
