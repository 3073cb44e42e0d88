import type { Command } from '@countersign/shared/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { admitUpdate } from './admit.ts';
import { encodeCommands } from './apply.ts';
import { insertText } from './batch.ts';
import { ContestLedger } from './contests.ts';
import { SheetDocument } from './sheetDocument.ts';
import { command, linesUpdate, rowId, sealed, seeded, sheetWith } from './testKit/draft.ts';

const CLIENT = 4242;

/** An update made by hand on a replica, bypassing our own writer: what a hostile device could sign. */
function forged(base: readonly Uint8Array[], clientId: number, write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc({ gc: false });
  for (const update of base) Y.applyUpdate(doc, update);
  doc.clientID = clientId;
  let out: Uint8Array = new Uint8Array();
  doc.on('update', (update: Uint8Array) => {
    out = update;
  });
  doc.transact(() => write(doc));
  return out;
}

function code(doc: SheetDocument, update: Uint8Array, commands: readonly Command[], clientId = CLIENT): string | null {
  return admitUpdate(doc, update, clientId, commands)?.code ?? null;
}

function stateOf(doc: SheetDocument): string {
  return JSON.stringify([...Y.encodeStateAsUpdate(doc.y)]);
}

describe('admitUpdate', () => {
  test('[DOC-12] admits exactly what the commands say, of every kind, and changes nothing itself', () => {
    const { doc, updates } = sheetWith(4);
    const commands = [
      command(0, 'rate', '250.00'),
      command('r-new', '$insert', insertText('lines', 'r-new', 'V1', { line: '9.0', rate: '1.00' })),
      command('r-new', 'product', 'New'),
      command(1, '$dead', '1'),
      command(2, '$order', 'V2'),
      command(3, 'rate', null),
    ];
    const before = stateOf(doc);
    const update = sealed(updates, CLIENT, commands);
    expect(admitUpdate(doc, update, CLIENT, commands)).toBeNull();
    expect(stateOf(doc)).toBe(before);
    doc.applyUpdate(update);
    expect(doc.value(rowId(0), 'rate')).toBe('250.00');
    expect(doc.value('r-new', 'product')).toBe('New');
    expect(doc.isDead(rowId(1))).toBe(true);
    expect(doc.order(rowId(2))).toBe('V2');
    expect(doc.value(rowId(3), 'rate')).toBeNull();
  });

  test('[DOC-6] several commands on one cell in a batch write it once, with the last value', () => {
    const { doc, updates } = sheetWith(1);
    const commands = [
      command(0, 'rate', '1.00'),
      command(0, 'rate', '2.00', { from: '1.00' }),
      command(0, 'rate', '3.00', { from: '2.00' }),
    ];
    const update = sealed(updates, CLIENT, commands);
    expect(code(doc, update, commands)).toBeNull();
    doc.applyUpdate(update);
    expect(doc.value(rowId(0), 'rate')).toBe('3.00');
  });

  test('[DOC-7] the same commands on the same document give the same bytes', () => {
    const { updates } = sheetWith(2);
    const commands = [command(0, 'rate', '1.00'), command(1, 'rate', '2.00')];
    expect(sealed(updates, CLIENT, commands)).toEqual(sealed(updates, CLIENT, commands));
  });

  test('[DOC-12] refuses an update that does more, less or other than its commands', () => {
    const { doc, updates } = sheetWith(3);
    const one = command(0, 'rate', '1.00');
    const two = command(1, 'rate', '2.00');
    const both = sealed(updates, CLIENT, [one, two]);
    expect(code(doc, both, [one])).toBe('malformed');
    expect(code(doc, sealed(updates, CLIENT, [one]), [one, two])).toBe('mismatch');
    expect(code(doc, sealed(updates, CLIENT, [one]), [two])).toBe('mismatch');
    expect(code(doc, sealed(updates, CLIENT, [one]), [{ ...one, to: '9.00' }])).toBe('mismatch');
    expect(code(doc, sealed(updates, CLIENT, [one]), [{ ...one, field: 'product' }])).toBe('mismatch');
  });

  test('[DOC-12] refuses key deletions, chunk writes, nested types, text, garbage and foreign roots', () => {
    const { doc, updates } = sheetWith(2);
    const edit = command(0, 'rate', '1.00');
    doc.applyUpdate(encodeCommandsElsewhere(updates, edit));
    const key = `${rowId(0)}:rate`;
    const attacks: ((y: Y.Doc) => void)[] = [
      (y) => y.getMap('cells').delete(key),
      (y) => y.getMap('chunks').set('1-0', '[]'),
      (y) => y.getMap('elsewhere').set(key, '1.00'),
      (y) => y.getMap('cells').set(key, new Y.Map()),
      (y) => y.getMap('cells').set(key, new Y.Text('1.00')),
      (y) => y.getMap('cells').set(key, { value: '1.00' }),
      (y) => y.getMap('cells').set(key, 1),
      (y) => y.getArray('cells2').insert(0, ['1.00']),
      (y) => {
        y.getMap('cells').set(key, '1.00');
        y.getMap('cells').delete(`${rowId(1)}:rate`);
        y.getMap('rows').delete(rowId(1));
        y.getMap('chunks').delete('1-0');
      },
      (y) => {
        y.getMap('cells').set(key, '0.50');
        y.getMap('cells').set(key, '1.00');
      },
    ];
    for (const attack of attacks) {
      const update = forged([linesUpdate(2), encodeCommandsElsewhere(updates, edit)], CLIENT, attack);
      expect(code(doc, update, [edit])).toMatch(/^(malformed|mismatch)$/);
    }
  });

  test('[DOC-12] refuses another client, a replay and a gap', () => {
    const { doc, updates } = sheetWith(3);
    const first = command(0, 'rate', '1.00');
    const second = command(1, 'rate', '2.00');
    const author = new SheetDocument('lines', updates);
    const one = encodeCommands(author, CLIENT, [first]);
    const two = encodeCommands(author, CLIENT, [second]);
    expect(code(doc, one, [first], CLIENT + 1)).toBe('foreignClient');
    expect(code(doc, two, [second])).toBe('clockGap');
    doc.applyUpdate(one);
    expect(code(doc, one, [first])).toBe('clockGap');
    expect(code(doc, two, [second])).toBeNull();
  });

  test('[DOC-12] refuses what refers to items the document does not hold, or to another key', () => {
    const { doc, updates } = sheetWith(2);
    const foreign = encodeCommandsElsewhere(updates, command(0, 'rate', '5.00'));
    const edit = command(0, 'rate', '6.00');
    const update = forged([...updates, foreign], CLIENT, (y) => y.getMap('cells').set(`${rowId(0)}:rate`, '6.00'));
    expect(code(doc, update, [edit])).toBe('unknownItem');
    doc.applyUpdate(foreign);
    expect(code(doc, update, [edit])).toBeNull();
    expect(code(doc, update, [{ ...edit, rowId: rowId(1) }])).toBe('mismatch');
  });

  test('[DOC-12] refuses an author who forgets an earlier write of the same client: Yjs would lose the new value', () => {
    const { doc, updates } = sheetWith(2);
    const first = command(0, 'rate', '1.00');
    const again = command(0, 'rate', '2.00');
    const author = new SheetDocument('lines', updates);
    doc.applyUpdate(encodeCommands(author, CLIENT, [first]));
    // Same clock as an honest second write, but as if the first had gone to another cell.
    const forgetful = new SheetDocument('lines', updates);
    encodeCommands(forgetful, CLIENT, [command(1, 'rate', '1.00')]);
    expect(code(doc, encodeCommands(forgetful, CLIENT, [again]), [again])).toBe('mismatch');
    expect(code(doc, encodeCommands(author, CLIENT, [again]), [again])).toBeNull();
  });

  test('[DOC-14] refuses a command that claims to have seen the last value without building upon it', () => {
    const { doc, updates } = sheetWith(1);
    const ledger = new ContestLedger();
    const theirs = command(0, 'rate', '5.00');
    doc.applyUpdate(encodeCommandsElsewhere(updates, theirs));
    ledger.apply({ index: 10, deviceId: 'd-2', userId: 'u-2', at: 't', kind: 'edit', commands: [theirs] });
    const blind = sealed(updates, CLIENT, [command(0, 'rate', '6.00')]);
    const claims = command(0, 'rate', '6.00', { seen: '11' });
    const admits = command(0, 'rate', '6.00', { seen: '10' });
    expect(admitUpdate(doc, blind, CLIENT, [claims], { ledger })?.code).toBe('mismatch');
    expect(admitUpdate(doc, blind, CLIENT, [admits], { ledger })).toBeNull();
    expect(admitUpdate(doc, blind, CLIENT, [claims], { size: 10 })?.code).toBe('malformed');
  });

  test('[DOC-11] refuses unknown rows and columns, a row id set again, and values that do not fit', () => {
    const { doc, updates } = sheetWith(2);
    const cases: [Command, string][] = [
      [command('r-ghost', 'rate', '1.00'), 'unknownRow'],
      [command('r-ghost', '$dead', '1'), 'unknownRow'],
      [command('r-a:b', 'rate', '1.00'), 'unknownRow'],
      [command(0, 'colour', 'red'), 'unknownColumn'],
      [command(0, '$o', 'V1'), 'unknownColumn'],
      [command(0, 'rate', '=1+1'), 'format'],
      [command(0, 'rate', '10000000000000'.concat('0')), 'format'],
      [command(0, 'from', '2016-02-30'), 'format'],
      [command(0, 'status', 'GONE'), 'format'],
      [command(0, '$dead', '2'), 'format'],
      [command(0, '$order', 'V0'), 'format'],
      [command(0, '$insert', insertText('lines', rowId(0), 'V1', {})), 'rowExists'],
      [command('r-n', '$insert', insertText('lines', 'r-m', 'V1', {})), 'format'],
      [command('r-n', '$insert', '["r-n","V1",null,null,"x","y","z",1]'), 'format'],
      [command('r-n', '$insert', '["r-n", "V1"]'), 'format'],
      [command('r-n', '$insert', insertText('lines', 'r-n', 'V1', { rate: 'x' })), 'format'],
      [{ ...command(0, 'rate', '1.00'), sheet: 'rates' }, 'mismatch'],
    ];
    for (const [wrong, expected] of cases) {
      const refusal = admitUpdate(doc, sealed(updates, CLIENT, [command(0, 'rate', '1.00')]), CLIENT, [wrong]);
      expect([wrong.field, wrong.to, refusal?.code]).toEqual([wrong.field, wrong.to, expected]);
      expect(refusal?.commandIds).toEqual([wrong.id]);
    }
  });

  test('[DOC-12] refuses an update that is too large before reading it', () => {
    const { doc } = sheetWith(1);
    expect(code(doc, new Uint8Array(256 * 1024 + 1), [command(0, 'rate', '1.00')])).toBe('tooLarge');
  });

  test('[DOC-10] mutated updates never throw, never change the document, and what is admitted leaves nothing pending', () => {
    const base = [linesUpdate(8), encodeCommandsElsewhere([linesUpdate(8)], command(0, 'rate', '5.00'))];
    const doc = new SheetDocument('lines', base);
    const before = stateOf(doc);
    const commands = [command(0, 'rate', '1.00'), command(3, 'product', 'Evening news'), command(1, '$dead', '1')];
    const honest = sealed(base, CLIENT, commands);
    const random = seeded(99);
    const pick = (most: number): number => {
      const [a = 0, b = 0, c = 0] = random(3);
      return ((a << 16) | (b << 8) | c) % most;
    };
    const counts = { admitted: 0, refused: 0 };
    for (let i = 0; i < 30_000; i += 1) {
      const bytes = Uint8Array.from(honest);
      for (let k = pick(3); k >= 0; k -= 1) {
        const at = pick(bytes.length);
        const how = pick(3);
        bytes[at] = how === 0 ? pick(256) : how === 1 ? (bytes[at] ?? 0) ^ (1 << pick(8)) : 255;
      }
      const cut = pick(10) === 0 ? bytes.slice(0, pick(bytes.length)) : bytes;
      if (admitUpdate(doc, cut, CLIENT, commands) !== null) {
        counts.refused += 1;
        continue;
      }
      counts.admitted += 1;
      const shadow = new SheetDocument('lines', [...base, cut]);
      expect(shadow.y.store.pendingStructs).toBeNull();
      expect(shadow.y.store.pendingDs).toBeNull();
      expect(shadow.value(rowId(0), 'rate')).toBe('1.00');
      expect(shadow.value(rowId(3), 'product')).toBe('Evening news');
      expect(shadow.isDead(rowId(1))).toBe(true);
      shadow.destroy();
    }
    expect(stateOf(doc)).toBe(before);
    expect(counts.refused).toBeGreaterThan(25_000);
  });

  test('[DOC-10] arbitrary bytes are refused and never throw', () => {
    const { doc } = sheetWith(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(admitUpdate(doc, bytes, CLIENT, [command(0, 'rate', '1.00')])).not.toBeNull();
      }),
    );
  });

  test('[DOC-12] honest traffic of several people in any interleaving is admitted, and all replicas agree', () => {
    const step = fc.record({ who: fc.nat(2), row: fc.nat(3), value: fc.nat(99), pull: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const base = [linesUpdate(4)];
        const server = new SheetDocument('lines', base);
        const log = [...base];
        const people = [0, 1, 2].map((n) => ({ client: 100 - n, doc: new SheetDocument('lines', base), have: 1 }));
        for (const { who, row, value, pull } of steps) {
          const person = people[who];
          if (person === undefined) continue;
          if (pull) {
            for (const update of log.slice(person.have)) person.doc.applyUpdate(update);
            person.have = log.length;
          }
          const commands = [command(row, 'rate', `${value}.00`)];
          const update = encodeCommands(person.doc, person.client, commands);
          expect(admitUpdate(server, update, person.client, commands)).toBeNull();
          server.applyUpdate(update);
          log.push(update);
        }
        for (const person of people) {
          for (const update of log) person.doc.applyUpdate(update);
          for (const id of server.rowIds()) expect(person.doc.tuple(id)).toEqual(server.tuple(id));
        }
      }),
      { numRuns: 80 },
    );
  });
});

function encodeCommandsElsewhere(updates: readonly Uint8Array[], edit: Command): Uint8Array {
  return sealed(updates, 77, [edit]);
}
