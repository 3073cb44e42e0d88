import { jsonPart } from '@countersign/shared/history';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { type AcceptedEntry, DraftError } from './acceptedEntry.ts';
import { insertText } from './batch.ts';
import { commentText } from './comments.ts';
import { DraftState } from './draftState.ts';
import { ROOT } from './layout.ts';
import { orderBetween } from './order.ts';
import { SheetDocument } from './sheetDocument.ts';
import { command, rowId, seeded } from './testKit/draft.ts';
import { created, Device, DRAFT, edit, folded } from './testKit/entries.ts';

const ROWS = 4;

/** Everything a draft answers, cell by cell. */
function everything(draft: DraftState): unknown {
  const lines = draft.sheet('lines');
  const rows = lines.allRowIds();
  return {
    hash: draft.contentHash(),
    contests: draft.contests(),
    authors: draft.authors(),
    changes: draft.changes(),
    threads: draft.comments,
    visible: lines.rowIds(),
    rows: rows.map((row) => [row, lines.tuple(row), lines.isDead(row), lines.chunkOf(row)]),
    histories: rows.map((row) => draft.cellHistory('lines', row, 'rate')),
  };
}

/** A draft and a device that has read it. */
function opened(log: readonly AcceptedEntry[]): { server: DraftState; ann: Device } {
  const ann = new Device('ann', 101, log);
  return { server: new Device('server', 0, log).draft, ann };
}

/** A log in which cells were edited, a row inserted, moved, removed, and something said. */
function busyLog(): AcceptedEntry[] {
  const log = [created(ROWS)];
  const bob = new Device('bob', 202, log);
  const lines = bob.draft.sheet('lines');
  const place = orderBetween(lines.order(rowId(0)), lines.order(rowId(1)), seeded(7));
  const said = commentText({ about: 'rate', text: 'Is this net?' });
  const batches = [
    [command(0, 'rate', '7.00', { from: '100.00', seen: '1' }), command(1, 'product', null, { seen: '1' })],
    [command('r-new', '$insert', insertText('lines', 'r-new', 'V1', { rate: '5.00' }), { seen: '2' })],
    [command('r-new', 'rate', '6.00', { from: '5.00', seen: '3' }), command(3, '$order', place, { seen: '3' })],
    [command(2, '$dead', '1', { from: '0', seen: '4' }), command(1, '$comment', said, { seen: '4' })],
  ];
  batches.forEach((commands, i) => {
    log.push(edit(i + 1, bob, commands));
  });
  return log;
}

describe('fold', () => {
  test('[DOC-70] a fold empties the overlay and leaves rows, places, removals, comments, contests, authors and histories', () => {
    const log = busyLog();
    const { server, ann } = opened(log);
    // A contest over a cell and one over a removal go on through the fold.
    server.applyEntry(edit(5, ann, [command(0, 'rate', '8.00', { from: '100.00', seen: '1' })]));
    server.applyEntry(edit(6, ann, [command(2, 'rate', '9.00', { from: '100.00', seen: '1' })]));
    expect(server.contests()).toHaveLength(2);
    const before = everything(server);
    expect(server.overlay).toBeGreaterThan(0);
    const { sheets } = server.applyEntry(folded(7, server));
    expect(sheets).toEqual(['lines']);
    expect(server.overlay).toBe(0);
    expect(everything(server)).toEqual(before);
    expect(server.sheet('lines').y.getMap(ROOT.comments).size).toBe(1);
  });

  test('[DOC-70] a row that was removed before a fold comes back after it', () => {
    const log = busyLog();
    const { server } = opened(log);
    log.push(folded(5, server));
    const { server: after, ann } = opened(log);
    after.applyEntry(edit(6, ann, [command(2, '$dead', '0', { from: '1', seen: '6' })]));
    expect(after.sheet('lines').rowIds()).toContain(rowId(2));
    expect(after.sheet('lines').value(rowId(2), 'product')).toBe('Product 2');
  });

  test('[DOC-71] a fold that loses or changes anything is refused, and the draft stays as it was', () => {
    const log = busyLog();
    const { server } = opened(log);
    const good = folded(5, server);
    const before = everything(server);
    const lied = (change: (doc: SheetDocument) => void): AcceptedEntry => {
      const doc = new SheetDocument('lines', [good.parts[1] ?? new Uint8Array()]);
      doc.y.clientID = 55;
      change(doc);
      const parts = [good.parts[0] ?? new Uint8Array(), Y.encodeStateAsUpdate(doc.y)];
      return { ...good, parts };
    };
    const lies: AcceptedEntry[] = [
      lied((doc) => doc.y.getMap(ROOT.rows).delete('r-new')),
      lied((doc) => doc.y.getMap(ROOT.dead).set(rowId(2), 0)),
      lied((doc) => doc.y.getMap(ROOT.comments).clear()),
      lied((doc) => doc.y.getMap(ROOT.cells).set(`${rowId(1)}:rate`, '100.00')),
      lied((doc) => {
        const chunks = doc.y.getMap<string>(ROOT.chunks);
        for (const [key, text] of chunks.entries()) chunks.set(key, text.replace('"7.00"', '"7.01"'));
      }),
      folded(5, server, { contentHashBefore: '0'.repeat(64), contentHashAfter: '0'.repeat(64) }),
      folded(5, server, { contentHashAfter: '0'.repeat(64) }),
      folded(5, server, { draftId: 'v-other' }),
      folded(5, server, { sheets: [{ sheet: 'lines', part: 2 }] }),
    ];
    for (const lie of lies) expect(() => server.applyEntry(lie)).toThrow(DraftError);
    expect(everything(server)).toEqual(before);
    server.applyEntry(good);
    expect(everything(server)).toEqual(before);
  });

  test('[DOC-72] a batch from before the fold is refused and changes nothing; made again on the fold it is taken', () => {
    const log = busyLog();
    const { server, ann } = opened(log);
    const commands = [command(0, 'rate', '8.00', { from: '7.00', seen: '5' })];
    const request = { deviceId: 'd-ann', clientId: 101, kind: 'edit' as const, commands };
    const old = { ...request, updates: ann.seal(commands) };
    expect(server.admitEdit(old)).toBeNull();
    const fold = folded(5, server);
    server.applyEntry(fold);
    const before = everything(server);
    expect(server.admitEdit(old)?.code).toBe('folded');
    expect(everything(server)).toEqual(before);
    const again = new Device('ann', 103, [...log, fold]);
    const made = { ...request, clientId: 103, updates: again.seal(commands), fold: '5' };
    expect(server.admitEdit(made)).toBeNull();
    expect(server.admitEdit({ ...made, fold: '4' })?.code).toBe('folded');
    const bob = new Device('bob', 202, [...log, fold]);
    const underFormer = { ...made, clientId: 202, updates: bob.seal(commands) };
    expect(server.admitEdit(underFormer)?.code).toBe('epoch');
    const part0 = { draftId: DRAFT, commands, updates: [{ sheet: 'lines', part: 1 }] };
    const entry = {
      ...edit(6, again, commands),
      parts: [jsonPart(part0), made.updates[0]?.update ?? new Uint8Array()],
    };
    expect(() => server.applyEntry(entry)).toThrow(/not made on the last fold/);
  });

  test('[DOC-70] [DOC-71] folds at any moment: every replica proves them and answers alike, and no contest is won or lost', () => {
    const step = fc.record({ who: fc.nat(2), row: fc.nat(2), value: fc.nat(9), pull: fc.boolean(), what: fc.nat(11) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const log = [created(3)];
        const server = new DraftState(DRAFT);
        server.applyEntry(created(3));
        // Without documents: what the same commands say when nothing is ever folded.
        const plain = new DraftState(DRAFT);
        let client = 1000;
        /** What each of three people had pulled when they last looked. */
        const looked = [1, 1, 1];
        for (const { who, row, value, pull, what } of steps) {
          if (what === 0) {
            const before = everything(server);
            const fold = folded(log.length, server);
            server.applyEntry(fold);
            log.push(fold);
            expect(everything(server)).toEqual(before);
            continue;
          }
          if (pull) looked[who] = log.length;
          const seen = String(looked[who]);
          const commands = [
            what === 1
              ? command(row, '$dead', value % 2 === 0 ? '1' : '0', { seen })
              : command(row, 'rate', `${value}.00`, { seen }),
          ];
          // What an app does with a change that was made offline: sealed on everything accepted, with what was seen then.
          client += 1;
          const device = new Device(`p${who}`, client, log);
          const entry = edit(log.length, device, commands);
          server.applyEntry(entry);
          log.push(entry);
          plain.ledger.apply({
            index: Number(entry.index),
            at: entry.at,
            userId: entry.entry.user,
            deviceId: entry.entry.dev,
            kind: 'edit',
            commands,
          });
        }
        expect(server.contests()).toEqual(plain.contests());
        expect(everything(new Device('late', 7, log).draft)).toEqual(everything(server));
      }),
      { numRuns: 60 },
    );
  });
});
