import { encodePayload, jsonPart } from '@countersign/shared/history';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogFilter, LogRow } from '../storage/index.ts';
import { SERVER_USER } from './history.ts';
import { type LogQuestion, type LogRows, logRows } from './logPages.ts';

/** An entry of somebody: their own, or signed by the server on their behalf. */
type By = { readonly user: string; readonly behalf: boolean };

function rowOf({ user, behalf }: By, index: number): LogRow {
  const read = { by: user, subject: 'v-1', action: 'copy', count: 1 };
  return {
    index,
    leaf: new Uint8Array(),
    hash: new Uint8Array(),
    doc: 'reads',
    kind: 'read',
    user: behalf ? SERVER_USER : user,
    dev: 'd',
    epoch: 'e',
    seq: index,
    entryHash: '',
    payload: encodePayload([jsonPart(read)]),
  };
}

/** The storage's part of the answer over rows in memory, counting how often it is asked. */
function storageOf(rows: readonly LogRow[]) {
  let questions = 0;
  return {
    get questions(): number {
      return questions;
    },
    async logPage({ users, from = 0, before = rows.length, limit }: LogFilter): Promise<LogRow[]> {
      questions += 1;
      const within = rows.filter(
        ({ index, user }) => index >= from && index < before && users?.includes(user) !== false,
      );
      return within.toReversed().slice(0, limit);
    },
  };
}

const people = fc.constantFrom('u-ann', 'u-bob', 'u-cy');
const log = fc.array(fc.record({ user: people, behalf: fc.boolean() }), { maxLength: 120 });

describe('pages of the log', () => {
  it('[SCR-16] one after the other they are every entry that fits, once and newest first, however few a page holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        log,
        fc.option(people, { nil: undefined }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(40),
        async (entries, user, limit, from) => {
          const storage = storageOf(entries.map(rowOf));
          const found: number[] = [];
          const question: LogQuestion = {
            from,
            before: entries.length,
            limit,
            ...(user === undefined ? {} : { user }),
          };
          for (let next: number | null = entries.length; next !== null; ) {
            const page: LogRows = await logRows(storage, { ...question, before: next });
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            found.push(...page.rows.map(({ index }) => index));
            next = page.next;
          }
          const wanted = entries.flatMap((entry, i) => (i >= from && (user ?? entry.user) === entry.user ? [i] : []));
          expect(found).toEqual(wanted.toReversed());
        },
      ),
      { seed: 16, numRuns: 300 },
    );
  });

  it('[SCR-16] somebody with one old entry under many that the server signed for others is found in a few questions', async () => {
    const many = Array.from({ length: 10_000 }, () => ({ user: 'u-bob', behalf: true }));
    const storage = storageOf([{ user: 'u-ann', behalf: true }, ...many].map(rowOf));
    const { rows, next } = await logRows(storage, { user: 'u-ann', from: 0, before: 10_001, limit: 1 });
    expect([rows.map(({ index }) => index), next]).toEqual([[0], null]);
    expect(storage.questions).toBeLessThan(50);
  });
});
