import {
  type Entry,
  encodePayload,
  entryBytes,
  Keyring,
  type Leaf,
  leafBytes,
  leafHash,
  MerkleTree,
  payloadRoot,
  signatureText,
  signedMessage,
  signerFromSeed,
  toBase64,
  toHex,
  utf8,
} from '@countersign/shared/history';
import { canonicalJson } from '@countersign/shared/model';
import type { LogEntry } from '@countersign/shared/protocol/api';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordedText } from '../../kit/index.ts';
import { contestedFields } from '../review/RowHistory.tsx';
import { cellText, rowWords } from '../review/rowContext.ts';
import { countWords, entryByLeaf, logRows, placeOfKey, rowVerb, saysOf, sidesOf } from './entryWords.ts';
import { ALL_DAYS, endsBeforeItStarts, periodOf } from './logPeriod.ts';
import { peopleChoices } from './useLogChoices.ts';
import { type EntryBytes, isIncluded, keyringFrom, overall, verifyEntry } from './verifyEntry.ts';

const AT = '2016-11-08T09:30:12.000Z';
const ZERO = '0'.repeat(64);

/** A small real log: leaf 0 enrols a device under its own signature, the rest are that device's entries. */
async function makeLog(count: number) {
  const signer = await signerFromSeed(new Uint8Array(32).fill(7));
  const tree = new MerkleTree();
  const items: EntryBytes[] = [];
  const hashes: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const part0 =
      index === 0
        ? { action: 'enrol', userId: 'u-ops', deviceId: 'd-1', publicKey: toBase64(signer.publicKey), role: 'system' }
        : { versionId: 'v-1', contentHash: ZERO };
    const parts = [utf8(canonicalJson(part0))];
    const payload = encodePayload(parts);
    const entry: Entry = {
      v: '1',
      ws: 'w-1',
      doc: index === 0 ? 'workspace' : 'v-1',
      kind: index === 0 ? 'key' : 'execute',
      user: 'u-ops',
      dev: 'd-1',
      epoch: `c${index}`,
      seq: '0',
      prevDev: '',
      seenSize: '0',
      seenRoot: '',
      payHash: toHex(payloadRoot(parts)),
      payLen: String(payload.length),
      nonce: '00'.repeat(16),
      devTime: AT,
    };
    const signature = await signer.sign(signedMessage(entryBytes(entry)));
    const leaf: Leaf = {
      entry,
      sig: signatureText(signature),
      env: { index: String(index), serverTime: AT, prevDoc: '', policyHash: ZERO },
    };
    const bytes = leafBytes(leaf);
    tree.append(leafHash(bytes));
    hashes.push(toHex(leafHash(bytes)));
    items.push({ index: String(index), leaf: toBase64(bytes), payload: toBase64(payload) });
  }
  const checkpoint = { size: count, rootHash: toHex(tree.root()) };
  const proof = (index: number) => tree.inclusionProof(index, count).map(toHex);
  return { items, hashes, checkpoint, proof };
}

let log: Awaited<ReturnType<typeof makeLog>>;
let keyring: Keyring;
beforeAll(async () => {
  log = await makeLog(11);
  keyring = await keyringFrom(new Keyring(), log.items);
});
const item = (index: number): EntryBytes => {
  const found = log.items[index];
  if (found === undefined) throw new Error(`the log has no entry ${index}`);
  return found;
};

describe('checking an entry on this computer', () => {
  it('[SCR-17] an honest entry is included, unchanged and signed', async () => {
    for (const index of [0, 5, 10]) {
      const checked = await verifyEntry(item(index), log.checkpoint, log.proof(index), keyring);
      expect([checked.inclusion.ok, checked.payload.ok, checked.signature.ok]).toEqual([true, true, true]);
      expect(checked.leafHash).toBe(log.hashes[index]);
      expect(overall(checked)).toBe(true);
    }
  });

  it('[SCR-17] a proof of another entry, another root or another place fails', async () => {
    const other = await verifyEntry(item(5), log.checkpoint, log.proof(6), keyring);
    expect(other.inclusion.ok).toBe(false);
    const root = await verifyEntry(item(5), { ...log.checkpoint, rootHash: ZERO }, log.proof(5), keyring);
    expect(overall(root)).toBe(false);
    const place = await verifyEntry({ ...item(5), index: '6' }, log.checkpoint, log.proof(6), keyring);
    expect(place.inclusion).toMatchObject({ ok: false, words: 'The leaf says it is entry 5, not 6.' });
    expect(isIncluded('5', log.hashes[5] ?? '', log.checkpoint, log.proof(5))).toBe(true);
    expect(isIncluded('4', log.hashes[5] ?? '', log.checkpoint, log.proof(5))).toBe(false);
  });

  it('[SCR-17] content that was swapped is not what was signed', async () => {
    const swapped = { ...item(5), payload: toBase64(encodePayload([utf8('{}')])) };
    const checked = await verifyEntry(swapped, log.checkpoint, log.proof(5), keyring);
    expect(checked.payload.ok).toBe(false);
    expect(overall(checked)).toBe(false);
  });

  it('[SCR-18] what could not be checked here is never shown as checked', async () => {
    const unseen = await verifyEntry(item(5), null, null, null);
    expect([unseen.inclusion.ok, unseen.signature.ok]).toEqual([null, null]);
    expect(overall(unseen)).toBeNull();
    const newer = await verifyEntry(item(10), { size: 10, rootHash: ZERO }, null, keyring);
    expect(newer.inclusion.ok).toBeNull();
    const erased = await verifyEntry({ ...item(5), payload: null }, log.checkpoint, log.proof(5), keyring);
    expect([erased.payload.ok, overall(erased)]).toEqual([null, true]);
  });

  it('[SCR-18] an entry of a device that was never enrolled is not as signed', async () => {
    const checked = await verifyEntry(item(5), log.checkpoint, log.proof(5), new Keyring());
    expect(checked.signature.ok).toBe(false);
  });
});

const entry = (index: number, at = AT): LogEntry => ({
  index: String(index),
  at,
  userId: 'u-ops',
  name: 'Ops',
  doc: 'v-1',
  docName: '2659161, Amendment 2',
  kind: 'edit',
  changes: [],
  text: 'Edited',
  leafHash: `${index}`.padStart(64, '0'),
  deviceId: 'd-1',
});

describe('the log as rows', () => {
  it('[SCR-15] a checkpoint stands above the newest entry it covers', () => {
    const rows = logRows([entry(12), entry(11), entry(10), entry(9)], [{ size: 11, rootHash: ZERO, at: AT }]);
    expect(rows.map((row) => (row.is === 'entry' ? row.entry.index : `checkpoint ${row.size}`))).toEqual([
      '12',
      '11',
      'checkpoint 11',
      '10',
      '9',
    ]);
  });

  it('[SCR-15] a checkpoint older than everything loaded is not shown', () => {
    expect(logRows([entry(12)], [{ size: 3, rootHash: ZERO, at: null }])).toHaveLength(1);
  });

  it('[SCR-16] dates are instants of this computer: whole days, the last one included', () => {
    const now = new Date(2016, 10, 8, 12).getTime();
    const at = (...date: [number, number, number]) => new Date(...date).toISOString();
    expect(periodOf('any', ALL_DAYS, now)).toEqual({ from: null, to: null });
    expect(periodOf('today', ALL_DAYS, now)).toEqual({ from: at(2016, 10, 8), to: null });
    expect(periodOf('week', ALL_DAYS, now)).toEqual({ from: new Date(now - 7 * 86_400_000).toISOString(), to: null });
    expect(periodOf('days', { from: '2016-11-05', to: '2016-11-06' }, now)).toEqual({
      from: at(2016, 10, 5),
      to: at(2016, 10, 7),
    });
    expect(periodOf('days', { from: '', to: '2016-10-31' }, now)).toEqual({ from: null, to: at(2016, 10, 1) });
    expect(endsBeforeItStarts({ from: '2016-11-05', to: '2016-11-04' })).toBe(true);
    expect(endsBeforeItStarts({ from: '2016-11-05', to: '' })).toBe(false);
  });

  it('[SCR-54] an entry says what was done beside who did it, and not who once more', () => {
    const said = { name: 'Countersign server', text: 'Countersign server created Vijaya FM.' };
    expect(saysOf(said)).toEqual({ verb: 'Created', rest: 'Vijaya FM' });
    expect(saysOf({ name: 'Ops', text: 'Somebody did.' })).toEqual({ verb: 'Somebody', rest: 'did' });
  });

  it('[SCR-56] times in a sentence are those of this computer, and a row that came or went is no emptied cell', () => {
    const at = '2016-11-08T09:30:12.000Z';
    const { rest } = saysOf({ name: 'Auditor', text: `Auditor exported 3 entries, from ${at} to the end.` });
    expect(rest).toBe(`exported 3 entries, from ${recordedText(at)} to the end`.replace('exported ', ''));
    expect(rest).not.toContain('T09');
    expect(
      [
        ['$insert', null],
        ['$order', 'a'],
        ['$dead', '1'],
        ['$dead', null],
      ].map(([field, to]) => rowVerb({ field: field ?? '', to: to ?? null })),
    ).toEqual(['Added', 'Moved', 'Removed', 'Brought back']);
  });

  it('[UI-15] the list is one tab stop: arrows, pages, Home and End walk it', () => {
    expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => placeOfKey(key, 5, 12))).toEqual([
      6, 4, 11, 0, 0, 11,
    ]);
    expect([placeOfKey('ArrowUp', 0, 12), placeOfKey('a', 3, 12), placeOfKey('End', -1, 0)]).toEqual([0, null, null]);
  });

  it('[SCR-55] a count is never of entries that the filter keeps out', () => {
    expect(countWords(50, true, 96)).toBe('50 of 96 entries');
    expect(countWords(50, true, null)).toBe('The newest 50 entries');
    expect(countWords(3, false, null)).toBe('3 entries');
    expect(countWords(12, false, 11)).toBe('12 entries');
  });

  it('[SCR-16] everybody of the workspace can be asked for, not only who wrote what is loaded', () => {
    const people = [
      { userId: 'u-ops', name: 'Ops' },
      { userId: 'u-finance', name: 'Finance' },
    ];
    const server = { userId: 'u-server', name: 'Countersign server' };
    expect(peopleChoices(people, [entry(3), server]).map(({ label }) => label)).toEqual([
      'Countersign server',
      'Finance',
      'Ops',
    ]);
  });

  it('[SCR-19] the entry before it is found by its leaf hash', () => {
    expect(entryByLeaf([entry(3), entry(2)], '2'.padStart(64, '0'))?.index).toBe('2');
    expect(entryByLeaf([entry(3)], ZERO)).toBeNull();
  });
});

describe('contested cells of a row', () => {
  it('[SCR-13] a contested write is shown with the write it met and the choice that settled it', () => {
    const write = (index: string, to: string, contested?: boolean, kind = 'edit') => ({
      index,
      at: AT,
      userId: 'u-ops',
      name: 'Ops',
      from: null,
      to,
      kind,
      ...(contested === undefined ? {} : { contested }),
    });
    const items = [
      write('1', '1.00'),
      write('2', '2800.00'),
      write('3', '4000.00', true),
      write('4', '4000.00', false, 'choose'),
    ];
    const [found] = contestedFields([
      { field: 'rate', label: 'Rate', items },
      { field: 'note', label: 'Note', items: [write('1', 'x')] },
    ]);
    expect(found?.items.map((each) => each.index)).toEqual(['2', '3', '4']);
  });
});

describe('changes in words', () => {
  const change = (field: string, from: string | null, to: string | null, sheet = 'lines', row = '18.0') => ({
    sheet,
    rowId: 'r-1',
    field,
    row,
    label: field,
    from,
    to,
  });

  it('[SCR-52] a row that was added has no sides: it never reads as emptied', () => {
    expect(sidesOf(change('$insert', null, '["r-1","a"]'))).toBeNull();
    expect(sidesOf(change('$dead', null, '1'))).toBeNull();
    expect(sidesOf(change('rate', '2800.00', null))).toEqual({ from: '2,800.00', to: 'Empty' });
  });

  it('[SCR-52] [GRID-62] terms and choices read as on their sheet', () => {
    expect(rowWords('terms', 'effectiveFrom')).toBe('Effective from');
    expect(sidesOf(change('value', '2016-11-01', '2016-11-07', 'terms', 'effectiveFrom'))).toEqual({
      from: 'Nov 1, 2016',
      to: 'Nov 7, 2016',
    });
    expect(cellText('terms', 'value', 'HALF_EVEN', 'roundingMode')).toBe('Half even');
    expect(cellText('lines', 'rateType', 'CPM', '18.0')).toBe('CPM');
    expect(cellText('lines', 'status', 'PRE_EMPTED', '18.0')).toBe('Pre-empted');
  });
});
