import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../model/canonical.ts';
import { EncodingError, equalBytes, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';
import { NotCanonicalError, parseCanonical } from './canonicalBytes.ts';
import { isEquivocation } from './chain.ts';
import { ENTRY_KINDS, entryBytes, entrySchema, signedMessage } from './entry.ts';
import { fixtureBundle } from './fixture/index.ts';
import { LeafError, leafBytes, leafBytesOf, parseLeaf } from './leaf.ts';
import { payloadRoot } from './merkle.ts';
import { decodePayload, encodePayload, MAX_PAYLOAD_PARTS, PayloadError } from './payload.ts';
import { jsonPart, PayloadShapeError, parsePart0 } from './payloads.ts';

/** Runs a reader on hostile input: it may refuse with its own error and nothing else. */
function refusal<T>(read: () => T, kind: new (...args: never[]) => Error): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof kind)) throw cause;
    return undefined;
  }
}

test('[HIST-24] a payload comes back as it was, and its bytes have one form', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
  fc.assert(
    fc.property(parts, (list) => {
      const bytes = encodePayload(list);
      const back = decodePayload(bytes);
      expect(back.map(toHex)).toEqual(list.map(toHex));
      expect(equalBytes(encodePayload(back), bytes)).toBe(true);
    }),
    { seed: 24, numRuns: 500 },
  );
});

test('[HIST-24] any bytes either are refused or are exactly what encoding them again gives', () => {
  const readsBack = (bytes: Uint8Array): void => {
    const parts = refusal(() => decodePayload(bytes), PayloadError);
    if (parts !== undefined) expect(toHex(encodePayload(parts))).toBe(toHex(bytes));
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), readsBack), { seed: 25, numRuns: 20_000 });
  const valid = encodePayload([utf8('part 0'), new Uint8Array(200), new Uint8Array(0)]);
  for (let at = 0; at < valid.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const changed = valid.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      const parts = refusal(() => decodePayload(changed), PayloadError);
      if (parts === undefined) continue;
      expect(toHex(encodePayload(parts))).toBe(toHex(changed));
      expect(toHex(payloadRoot(parts))).not.toBe(toHex(payloadRoot(decodePayload(valid))));
    }
  }
});

test('[HIST-24] long, short, trailing and too many are refused', () => {
  for (const hex of ['', '01', '8000', '0180', '010161ff', '018100', '0102ff', 'ffffffff7f', '0181808000']) {
    expect(() => decodePayload(fromHex(hex))).toThrow(PayloadError);
  }
  expect(() => encodePayload(Array.from({ length: MAX_PAYLOAD_PARTS + 1 }, () => new Uint8Array(0)))).toThrow(
    PayloadError,
  );
});

test('[HIST-22] bytes are canonical JSON or refused, whatever they are', () => {
  const reads = (bytes: Uint8Array): void => {
    const value = refusal(() => parseCanonical(bytes), NotCanonicalError);
    if (value !== undefined) expect(canonicalJson(value)).toBe(fromUtf8(bytes));
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 24 }), reads), { seed: 22, numRuns: 5000 });
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const wellFormed = JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value));
      fc.pre(wellFormed);
      const bytes = utf8(canonicalJson(value));
      expect(canonicalJson(parseCanonical(bytes))).toBe(fromUtf8(bytes));
    }),
    { seed: 23, numRuns: 1000 },
  );
  for (const text of [
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '[1.0]',
    '[1e2]',
    '"\\u0041"',
    ' 1',
    '1\n',
    '\ufeff1',
    '{"a":-0}',
    '{"9":1,"10":2}',
    '[{"a":{"b":1,"a":2}}]',
    '"\\ud800"',
  ]) {
    expect(() => parseCanonical(utf8(text))).toThrow(NotCanonicalError);
  }
  for (const text of ['{"10":1,"9":2}', '{"":1,"__proto__":{"a":2},"a":3}', '"\\u0001"', '[1e+21,null,true]'])
    expect(canonicalJson(parseCanonical(utf8(text)))).toBe(text);
});

test('[HIST-22] a text that JSON writes is read exactly when it is the canonical one', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const isCanonical = refusal(() => parseCanonical(utf8(text)), NotCanonicalError) !== undefined || text === 'null';
      expect(isCanonical).toBe(canonicalJson(JSON.parse(text)) === text);
    }),
    { seed: 24, numRuns: 3000 },
  );
});

test('[HIST-23] a leaf reads back; every changed bit is refused or is another leaf', async () => {
  const { log } = await fixtureBundle();
  const { bytes } = log.leaves[8] ?? { bytes: new Uint8Array(0) };
  expect(equalBytes(leafBytes(parseLeaf(bytes)), bytes)).toBe(true);
  expect(equalBytes(leafBytesOf(entryBytes(parseLeaf(bytes).entry), parseLeaf(bytes)), bytes)).toBe(true);
  expect(bytes.length).toBeLessThan(1024);
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const leaf = refusal(() => parseLeaf(changed), LeafError);
    if (leaf !== undefined) expect(equalBytes(leafBytes(leaf), changed)).toBe(true);
  }
});

test('[HIST-20] an entry has only the closed set of kinds and only its own members', async () => {
  const { log } = await fixtureBundle();
  const { entry } = parseLeaf(log.leaves[8]?.bytes ?? new Uint8Array(0));
  const later = { ...entry, seq: '5', prevDev: entry.payHash };
  const first = { ...entry, seq: '0', prevDev: '', seenSize: '0', seenRoot: '' };
  const accepts = (value: unknown): boolean => entrySchema.safeParse(value).success;
  expect(ENTRY_KINDS).toHaveLength(25);
  expect([entry, later, first].map(accepts)).toEqual([true, true, true]);
  const wrong = [
    { ...later, kind: 'anchor' },
    { ...later, v: 1 },
    { ...later, seq: '05' },
    { ...later, seq: 5 },
    { ...later, seq: '9'.repeat(16) },
    { ...later, extra: '' },
    { ...later, devTime: '2026-01-05T09:00:00Z' },
    { ...later, nonce: `${entry.nonce.slice(1)}A` },
    { ...later, prevDev: '' },
    { ...later, seenRoot: '' },
    { ...first, prevDev: entry.payHash },
  ];
  expect(wrong.filter(accepts)).toEqual([]);
  expect(fromUtf8(signedMessage(entryBytes(entry))).startsWith('countersign.entry/1\n{"dev":')).toBe(true);
});

test('[HIST-26] two different entries in one place of a chain are equivocation; the same entry twice is not', async () => {
  const { log } = await fixtureBundle();
  const { entry } = parseLeaf(log.leaves[8]?.bytes ?? new Uint8Array(0));
  expect(isEquivocation(entry, { ...entry })).toBe(false);
  expect(isEquivocation(entry, { ...entry, devTime: '2026-01-05T09:59:59.000Z' })).toBe(true);
  expect(isEquivocation(entry, { ...entry, epoch: 'other', devTime: '2026-01-05T09:59:59.000Z' })).toBe(false);
});

test('[HIST-27] part 0 is strict: unknown members, wrong kinds and loose JSON are refused', () => {
  const hash = toHex(new Uint8Array(32));
  const approval = { versionId: 'v-1', contentHash: hash, logIndex: '4', policyHash: hash, decision: 'APPROVE' };
  expect(parsePart0('approve', jsonPart(approval))).toEqual(approval);
  for (const wrong of [
    { ...approval, decision: 'REJECT' },
    { ...approval, note: 'x' },
    { ...approval, logIndex: 4 },
    null,
    [],
  ]) {
    expect(() => parsePart0('approve', jsonPart(wrong))).toThrow(PayloadShapeError);
  }
  expect(() => parsePart0('approve', utf8(JSON.stringify(approval)))).toThrow(PayloadShapeError);
  expect(() => parsePart0('approve', undefined)).toThrow(PayloadShapeError);
  const command = { id: '-a_b', sheet: 'lines', rowId: 'r-1', field: '$dead', from: null, to: '1', seen: '0' };
  expect(parsePart0('edit', jsonPart({ draftId: 'v-1', commands: [command], updates: [] }))).toBeDefined();
});

test('[HIST-7] base64, hex and UTF-8 have one accepted form', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(toHex(fromBase64(toBase64(bytes)))).toBe(toHex(bytes));
      expect(toHex(fromHex(toHex(bytes)))).toBe(toHex(bytes));
    }),
    { seed: 7, numRuns: 500 },
  );
  for (const text of ['A', 'AA', 'AAA', 'AB==', 'AAB=', 'AA=A', '====', 'AA==AA==', 'AAA\n', 'A-_A', ' AAA', 'AAAé']) {
    expect(() => fromBase64(text)).toThrow(EncodingError);
  }
  for (const text of ['0', 'AB', '0g', ' 00']) expect(() => fromHex(text)).toThrow(EncodingError);
  expect(() => fromUtf8(Uint8Array.of(0xff))).toThrow(EncodingError);
  expect(() => utf8('\ud800')).toThrow(EncodingError);
});
