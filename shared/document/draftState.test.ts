import { jsonPart } from '@countersign/shared/history';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AcceptedEntry, DraftError } from './acceptedEntry.ts';
import { insertText } from './batch.ts';
import { buildSheetUpdate } from './chunks.ts';
import { DraftState } from './draftState.ts';
import { command, rowId } from './testKit/draft.ts';
import { created, Device, DRAFT, edit } from './testKit/entries.ts';

describe('DraftState', () => {
  test('[DOC-25] folds create and edits into documents, contests, authors and histories', () => {
    const log = [created(3)];
    const server = new DraftState(DRAFT);
    log.forEach((each) => void server.applyEntry(each));
    const ann = new Device('ann', 101, log);
    const bob = new Device('bob', 102, log);
    const byAnn = edit(1, ann, [command(1, 'rate', '4000.00', { from: '100.00', seen: '1' })]);
    const byBob = edit(2, bob, [command(1, 'rate', '2800.00', { from: '100.00', seen: '1' })]);
    server.applyEntry(byAnn);
    const { changes } = server.applyEntry(byBob);
    expect(changes).toMatchObject([{ contested: true, to: '2800.00' }]);
    expect(server.contests()).toHaveLength(1);
    expect(server.authors()).toEqual(['u-ann', 'u-bob']);
    expect(server.size).toBe(3);
    expect(server.cellHistory('lines', rowId(1), 'rate')).toMatchObject([
      { index: 0, kind: 'create', to: '100.00' },
      { index: 1, userId: 'u-ann', from: '100.00', to: '4000.00', contested: false },
      { index: 2, userId: 'u-bob', from: '100.00', to: '2800.00', contested: true },
    ]);
    const chooser = new Device('cem', 103, [created(3), byAnn, byBob]);
    server.applyEntry(edit(3, chooser, [command(1, 'rate', '4000.00', { seen: '3' })], 'choose'));
    expect(server.contests()).toEqual([]);
    expect(server.sheet('lines').value(rowId(1), 'rate')).toBe('4000.00');
    expect(server.content().sheets.lines?.[1]).toMatchObject({ rowId: rowId(1), rate: '4000.00' });
    expect(server.contentHash()).toMatch(/^[0-9a-f]{64}$/);
  });

  test('[DOC-8] [DOC-13] a batch over several sheets is one update a sheet, admitted as a whole or not at all', () => {
    const log = [created(2)];
    const server = new DraftState(DRAFT);
    log.forEach((each) => void server.applyEntry(each));
    const ann = new Device('ann', 101, log);
    const commands = [
      command(0, 'rate', '5.00', { seen: '1' }),
      command('r-t1', '$insert', insertText('terms', 'r-t1', 'V1', { key: 'currency', value: 'USD' }), {
        sheet: 'terms',
        seen: '1',
      }),
    ];
    const updates = ann.seal(commands);
    expect(updates.map((part) => part.sheet)).toEqual(['lines', 'terms']);
    const request = { deviceId: 'd-ann', clientId: 101, kind: 'edit' as const, commands, updates };
    expect(server.admitEdit(request)).toBeNull();
    expect(server.admitEdit({ ...request, updates: updates.slice(0, 1) })?.code).toBe('mismatch');
    expect(server.admitEdit({ ...request, clientId: 999 })).toMatchObject({ code: 'foreignClient' });
    expect(server.admitEdit({ ...request, commands: [] })?.code).toBe('malformed');
    const [first] = commands;
    if (first !== undefined) expect(server.admitEdit({ ...request, commands: [first, first] })?.code).toBe('malformed');
  });

  test('[DOC-15] a choice is admitted only for an open contest and in sight of every value', () => {
    const log = [created(2)];
    const server = new DraftState(DRAFT);
    log.forEach((each) => void server.applyEntry(each));
    const [ann, bob] = [new Device('ann', 101, log), new Device('bob', 102, log)];
    const choice = (device: Device, seen: string) => {
      const commands = [command(1, 'rate', '7.00', { seen })];
      return server.admitEdit({
        deviceId: `d-${device.name}`,
        clientId: device.client,
        kind: 'choose',
        commands,
        updates: device.seal(commands),
      });
    };
    expect(choice(new Device('cem', 103, log), '1')?.code).toBe('contested');
    const entries = [
      edit(1, ann, [command(1, 'rate', '1.00', { seen: '1' })]),
      edit(2, bob, [command(1, 'rate', '2.00', { seen: '1' })]),
    ];
    entries.forEach((each) => void server.applyEntry(each));
    expect(choice(new Device('cem', 103, [...log, ...entries.slice(0, 1)]), '2')?.code).toBe('contested');
    expect(choice(new Device('cem', 103, [...log, ...entries]), '3')).toBeNull();
  });

  test('[DOC-24] a contested removal keeps its row in sight until it is settled', () => {
    const log = [created(2)];
    const server = new DraftState(DRAFT);
    log.forEach((each) => void server.applyEntry(each));
    const [ann, bob] = [new Device('ann', 101, log), new Device('bob', 102, log)];
    const entries = [
      edit(1, ann, [command(1, '$dead', '1', { seen: '1' })]),
      edit(2, bob, [command(1, 'rate', '2.00', { seen: '1' })]),
    ];
    entries.forEach((each) => void server.applyEntry(each));
    expect(server.sheet('lines').rowIds()).toContain(rowId(1));
    expect(server.content().sheets.lines).toHaveLength(1);
    const cem = new Device('cem', 103, [...log, ...entries]);
    server.applyEntry(edit(3, cem, [command(1, '$dead', '1', { seen: '3' })], 'choose'));
    expect(server.sheet('lines').rowIds()).not.toContain(rowId(1));
  });

  test('[DOC-26] an import counts as authored by the person who asked for it, and its rows know where they came from', () => {
    const server = new DraftState(DRAFT);
    server.applyEntry(created(1));
    const update = buildSheetUpdate(55, 'rates', [
      { rowId: 'r-imported', values: { product: 'Evening', rate: '300' } },
    ]);
    server.applyEntry({
      index: 4,
      at: '2026-01-01T00:00:04.000Z',
      entry: { kind: 'import', user: 'system', dev: 'd-server' },
      parts: [
        jsonPart({
          draftId: DRAFT,
          fileHash: '0'.repeat(64),
          fileName: 'card.csv',
          rows: 1,
          sheets: [{ sheet: 'rates', part: 1 }],
          commands: [],
          by: 'u-ann',
        }),
        update,
      ],
    });
    expect(server.authors()).toEqual(['u-ann']);
    expect(server.cellHistory('rates', 'r-imported', 'rate')).toMatchObject([
      { index: 4, userId: 'u-ann', kind: 'import', to: '300' },
    ]);
  });

  test('[DOC-25] content is computed once for each state, also when an author writes ahead of the log', () => {
    const ann = new Device('ann', 101, [created(1)]);
    const before = ann.draft.content();
    expect(ann.draft.content()).toBe(before);
    const hash = ann.draft.contentHash();
    ann.seal([command(0, 'rate', '7.00', { seen: '1' })]);
    expect(ann.draft.content()).not.toBe(before);
    expect(ann.draft.contentHash()).not.toBe(hash);
  });

  test('[DOC-27] a row inserted singly begins its history with its insertion', () => {
    const log = [created(1)];
    const ann = new Device('ann', 101, log);
    const insert = command('r-new', '$insert', insertText('lines', 'r-new', 'V1', { rate: '5.00' }), { seen: '1' });
    const server = new DraftState(DRAFT);
    server.applyEntry(created(1));
    server.applyEntry(edit(1, ann, [insert]));
    expect(server.cellHistory('lines', 'r-new', 'rate')).toMatchObject([
      { index: 1, userId: 'u-ann', from: null, to: '5.00' },
    ]);
    expect(server.cellHistory('lines', 'r-new', 'product')).toMatchObject([{ to: null }]);
  });

  test('[DOC-25] a damaged log is refused: twice created, out of order, a missing part, changes that are not there', () => {
    const server = new DraftState(DRAFT);
    expect(() => server.head).toThrow(DraftError);
    server.applyEntry(created(1));
    expect(() => server.applyEntry({ ...created(1), index: 1 })).toThrow(/twice/);
    expect(() => server.applyEntry(created(1))).toThrow(DraftError);
    const ann = new Device('ann', 101, [created(1)]);
    const first = edit(2, ann, [command(0, 'rate', '1.00', { seen: '1' })]);
    const second = edit(3, ann, [command(0, 'rate', '2.00', { seen: '1' })]);
    expect(() => server.applyEntry({ ...first, parts: first.parts.slice(0, 1) })).toThrow(/no part/);
    expect(() => server.applyEntry(second)).toThrow(/does not hold/);
    const broken = [first.parts[0] ?? new Uint8Array(), Uint8Array.of(1, 255, 255, 255)];
    expect(() => server.applyEntry({ ...first, parts: broken })).toThrow(/lines that cannot be read/);
    expect(() => server.sheet('nothing')).toThrow(DraftError);
  });

  test('[DOC-25] server and clients that applied the same log answer alike, and an uncontested cell shows its last live value', () => {
    const step = fc.record({ who: fc.nat(2), row: fc.nat(2), value: fc.nat(9), pull: fc.boolean(), remove: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const log = [created(3)];
        const server = new DraftState(DRAFT);
        server.applyEntry(created(3));
        // Higher and lower client ids than the others', so that Yjs prefers each of them against somebody.
        const devices = [new Device('ann', 300, log), new Device('bob', 200, log), new Device('cem', 100, log)];
        for (const { who, row, value, pull, remove } of steps) {
          const device = devices[who];
          if (device === undefined) continue;
          if (pull)
            for (const each of log.filter((e) => Number(e.index) >= device.draft.size)) device.draft.applyEntry(each);
          const seen = String(device.draft.size);
          const commands = [
            remove === 0
              ? command(row, '$dead', value % 2 === 0 ? '1' : '0', { seen })
              : command(row, 'rate', `${value}.00`, { seen }),
          ];
          const others = log.filter((each) => Number(each.index) >= device.draft.size);
          const updates = device.seal(commands);
          expect(
            server.admitEdit({
              deviceId: `d-${device.name}`,
              clientId: device.client,
              kind: 'edit',
              commands,
              updates,
            }),
          ).toBeNull();
          const accepted: AcceptedEntry = {
            index: log.length,
            at: '2026-01-01T00:00:00.000Z',
            entry: { kind: 'edit', user: `u-${device.name}`, dev: `d-${device.name}` },
            parts: [
              jsonPart({ draftId: DRAFT, commands, updates: [{ sheet: 'lines', part: 1 }] }),
              ...updates.map((u) => u.update),
            ],
          };
          server.applyEntry(accepted);
          log.push(accepted);
          // The author's own documents already hold the batch; applying the entry again changes nothing in them.
          for (const each of others) device.draft.applyEntry(each);
          device.draft.applyEntry(accepted);
        }
        for (const device of devices) {
          for (const each of log.filter((e) => Number(e.index) >= device.draft.size)) device.draft.applyEntry(each);
          expect(device.draft.contests()).toEqual(server.contests());
          expect(device.draft.contentHash()).toBe(server.contentHash());
        }
        for (const id of [0, 1, 2].map(rowId)) {
          const live = new Set(server.ledger.claims('lines', id, 'rate').map((claim) => claim.value));
          if (live.size === 1) expect([...live]).toEqual([server.sheet('lines').value(id, 'rate')]);
        }
      }),
      { numRuns: 120 },
    );
  });
});
