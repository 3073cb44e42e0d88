import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContestLedger, type LedgerEntry } from './contests.ts';
import { command, rowId } from './testKit/draft.ts';

const CELL = ['lines', rowId(1), 'rate'] as const;
const ROW = ['lines', rowId(1), '$dead'] as const;

function entry(index: number, who: string, to: string | null, seen: number, field = 'rate'): LedgerEntry {
  return {
    index,
    deviceId: `d-${who}`,
    userId: `u-${who}`,
    at: `2026-01-01T00:00:${String(index % 60).padStart(2, '0')}.000Z`,
    kind: 'edit',
    commands: [command(1, field, to, { seen: String(seen) })],
  };
}

function ledgerOf(...entries: LedgerEntry[]): ContestLedger {
  const ledger = new ContestLedger();
  for (const each of entries) ledger.apply(each);
  return ledger;
}

const values = (ledger: ContestLedger, cell: readonly [string, string, string] = CELL): (string | null)[] | null =>
  ledger.contest(...cell)?.claims.map((claim) => claim.value) ?? null;

describe('ContestLedger', () => {
  test('[DOC-20] two unseen writes contest a cell, in both orders of arrival, and both are kept', () => {
    expect(values(ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '2.00', 5)))).toEqual(['1.00', '2.00']);
    expect(values(ledgerOf(entry(5, 'b', '2.00', 5), entry(6, 'a', '1.00', 5)))).toEqual(['2.00', '1.00']);
  });

  test('[DOC-20] a write that saw the other, a second write of one device, and an equal value contest nothing', () => {
    expect(values(ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '2.00', 6)))).toBeNull();
    expect(values(ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'a', '2.00', 5)))).toBeNull();
    expect(values(ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '1.00', 5)))).toBeNull();
    expect(values(ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '1', 5)))).toBeNull();
    expect(values(ledgerOf(entry(5, 'a', null, 5), entry(6, 'b', '1', 5)))).toEqual([null, '1']);
  });

  test('[DOC-21] somebody in the contest who has not seen the others replaces only their own value', () => {
    const ledger = ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '2.00', 5), entry(7, 'a', '3.00', 6));
    expect(values(ledger)).toEqual(['2.00', '3.00']);
  });

  test('[DOC-22] a choice or an edit that saw every value settles it; one that missed a value does not', () => {
    const open = [entry(5, 'a', '1.00', 5), entry(6, 'b', '2.00', 5)];
    expect(values(ledgerOf(...open, entry(7, 'c', '1.00', 7)))).toBeNull();
    expect(values(ledgerOf(...open, entry(7, 'c', '4.00', 6)))).toEqual(['2.00', '4.00']);
  });

  test('[DOC-23] a later unseen write reopens a settled cell against what was chosen', () => {
    const ledger = ledgerOf(
      entry(5, 'a', '1.00', 5),
      entry(6, 'b', '2.00', 5),
      entry(7, 'c', '1.00', 7),
      entry(8, 'd', '9.00', 7),
    );
    expect(values(ledger)).toEqual(['1.00', '9.00']);
  });

  test('[DOC-24] a removal against an unseen edit of the row contests the row, in both orders', () => {
    const removedLater = ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '1', 5, '$dead'));
    expect(values(removedLater, ROW)).toEqual(['0', '1']);
    expect(removedLater.contest(...ROW)?.claims[0]?.edit).toEqual({ field: 'rate', to: '1.00' });
    const editedLater = ledgerOf(entry(5, 'b', '1', 5, '$dead'), entry(6, 'a', '1.00', 5));
    expect(values(editedLater, ROW)).toEqual(['1', '0']);
  });

  test('[DOC-24] a removal that saw the edits, or of one’s own edits, contests nothing', () => {
    expect(ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '1', 6, '$dead')).open()).toEqual([]);
    expect(ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'a', '1', 5, '$dead')).open()).toEqual([]);
  });

  test('[DOC-24] keeping or removing with everything in sight settles the row; a further edit does not', () => {
    const open = [entry(5, 'a', '1.00', 5), entry(6, 'b', '1', 5, '$dead')];
    expect(ledgerOf(...open, entry(7, 'c', '0', 7, '$dead')).open()).toEqual([]);
    expect(ledgerOf(...open, entry(7, 'c', '1', 7, '$dead')).open()).toEqual([]);
    expect(values(ledgerOf(...open, entry(7, 'c', '8.00', 7)), ROW)).toEqual(['0', '1']);
  });

  test('[DOC-20] places and new rows never contest', () => {
    expect(ledgerOf(entry(5, 'a', 'V1', 5, '$order'), entry(6, 'b', 'V2', 5, '$order')).open()).toEqual([]);
  });

  test('[DOC-20] every change says whether it met an unseen value', () => {
    const ledger = new ContestLedger();
    expect(ledger.apply(entry(5, 'a', '1.00', 5))[0]).toMatchObject({ contested: false, to: '1.00', userId: 'u-a' });
    expect(ledger.apply(entry(6, 'b', '2.00', 5))[0]).toMatchObject({ contested: true });
    expect(ledger.lastChange({ sheet: CELL[0], rowId: CELL[1], field: CELL[2] })?.index).toBe(6);
  });

  test('[DOC-24] a settled removal takes the contests of its cells out of the way, until the row is brought back', () => {
    const ledger = ledgerOf(entry(5, 'a', '1.00', 5), entry(6, 'b', '2.00', 5), entry(7, 'c', '1', 7, '$dead'));
    expect(ledger.open()).toEqual([]);
    ledger.apply(entry(8, 'c', '0', 8, '$dead'));
    expect(values(ledger)).toEqual(['1.00', '2.00']);
  });

  const tier = (
    index: number,
    who: string,
    row: number,
    field: string,
    to: string | null,
    seen: number,
    from: string | null = null,
  ): LedgerEntry => ({
    ...entry(index, who, to, seen),
    commands: [command(row, field, to, { sheet: 'tiers', seen: String(seen), from })],
  });
  function tiers(...entries: LedgerEntry[]): ContestLedger {
    const ledger = new ContestLedger();
    for (const row of [1, 2]) ledger.placeInSet('tiers', rowId(row), 'T');
    ledger.placeInSet('tiers', rowId(3), 'other');
    for (const each of entries) ledger.apply(each);
    return ledger;
  }
  const newTier = JSON.stringify(['r-new', 'V1', 'T', '500', '1.00']);
  const inserted = (index: number, who: string, seen: number): LedgerEntry => ({
    ...entry(index, who, newTier, seen),
    commands: [command('r-new', '$insert', newTier, { sheet: 'tiers', seen: String(seen) })],
  });

  test('[DOC-29] two people who changed other cells of one tier table, unseen, contest the later cell against what the first counted on', () => {
    const ledger = tiers(tier(5, 'a', 1, 'upTo', '2000', 5, '1000'), tier(6, 'b', 2, 'rate', '18', 5, '20'));
    const [contest] = ledger.open();
    expect(contest).toMatchObject({ sheet: 'tiers', rowId: rowId(2), field: 'rate' });
    expect(contest?.claims).toMatchObject([
      { value: '20', userId: 'u-a', countedOn: true },
      { value: '18', userId: 'u-b' },
    ]);
    ledger.apply(tier(7, 'c', 2, 'rate', '18', 7));
    expect(ledger.open()).toEqual([]);
  });

  test('[DOC-29] seen changes, one’s own changes and changes of another table contest nothing', () => {
    expect(tiers(tier(5, 'a', 1, 'upTo', '2000', 5), tier(6, 'b', 2, 'rate', '18', 6)).open()).toEqual([]);
    expect(tiers(tier(5, 'a', 1, 'upTo', '2000', 5), tier(6, 'a', 2, 'rate', '18', 5)).open()).toEqual([]);
    expect(tiers(tier(5, 'a', 1, 'upTo', '2000', 5), tier(6, 'b', 3, 'rate', '18', 5, '20')).open()).toEqual([]);
  });

  test('[DOC-29] a tier that is added or removed unseen contests too, and a row that changes tables touches both', () => {
    const added = tiers(tier(5, 'a', 1, 'upTo', '2000', 5), inserted(6, 'b', 5));
    expect(added.open()).toMatchObject([{ rowId: 'r-new', field: 'table', claims: [{ value: null }, { value: 'T' }] }]);
    const addedFirst = tiers(inserted(5, 'b', 5), tier(6, 'a', 1, 'upTo', '2000', 5, '1000'));
    expect(addedFirst.open()).toMatchObject([
      { rowId: rowId(1), field: 'upTo', claims: [{ value: '1000' }, { value: '2000' }] },
    ]);
    const removed = tiers(tier(5, 'a', 1, 'upTo', '2000', 5), tier(6, 'b', 2, '$dead', '1', 5));
    expect(removed.open()).toMatchObject([
      { rowId: rowId(2), field: '$dead', claims: [{ value: '0' }, { value: '1' }] },
    ]);
    const moved = tiers(tier(5, 'a', 1, 'upTo', '2000', 5), tier(6, 'b', 3, 'table', 'T', 5, 'other'));
    expect(moved.open()).toMatchObject([{ rowId: rowId(3), field: 'table' }]);
  });

  const writes = fc.array(
    fc.record({
      who: fc.constantFrom('a', 'b', 'c'),
      to: fc.constantFrom('1.00', '2.00', '3.00', null),
      field: fc.constantFrom('rate', 'rate', 'product', '$dead'),
      lag: fc.nat(4),
    }),
    { maxLength: 25 },
  );
  const entries = writes.map((list) =>
    list.map(({ who, to, field, lag }, i) =>
      entry(i, who, field === '$dead' ? (to === null ? '0' : '1') : to, Math.max(0, i - lag), field),
    ),
  );

  test('[DOC-20] two folds of the same entries agree, also through a cache in the middle', () => {
    fc.assert(
      fc.property(entries, fc.nat(25), (list, cut) => {
        const whole = ledgerOf(...list);
        const half = ledgerOf(...list.slice(0, cut));
        const resumed = ContestLedger.from(JSON.parse(JSON.stringify(half)));
        for (const each of list.slice(cut)) resumed.apply(each);
        expect(resumed.open()).toEqual(whole.open());
        expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole));
      }),
    );
  });

  test('[DOC-20] no value is lost silently: what is not live was seen by, or belonged to, the author of a later write', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const ledger = ledgerOf(...list);
        for (const field of ['rate', 'product']) {
          const own = list.filter((each) => each.commands[0]?.field === field);
          const live = ledger.claims('lines', rowId(1), field);
          for (const each of own) {
            const value = each.commands[0]?.to ?? null;
            if (live.some((claim) => claim.value === value)) continue;
            const replaced = own.some(
              (later) =>
                later.index > each.index &&
                (later.deviceId === each.deviceId || Number(later.commands[0]?.seen) > each.index),
            );
            expect(replaced).toBe(true);
          }
        }
      }),
    );
  });
});
