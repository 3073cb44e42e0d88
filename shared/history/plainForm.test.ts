import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../model/canonical.ts';
import { toBase64, toHex, utf8 } from './bytes.ts';
import { parseCanonicalAs } from './canonicalBytes.ts';
import { ENTRY_KINDS, type Entry, entrySchema } from './entry.ts';
import { type Leaf, leafSchema } from './leaf.ts';
import { type PayloadOf, payloadSchemas } from './payloads.ts';
import { readPlainEdit, readPlainEntry, readPlainLeaf } from './plainForm.ts';

const of = (letters: string, least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: least, maxLength: most });
const hex = (bytes: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex);
const id = fc.tuple(of('abzAZ09', 1, 1), of('aZ9._~:@/$-', 0, 20)).map((parts) => parts.join(''));
const whole = fc.nat({ max: 999_999_999_999_999 }).map(String);
const instant = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

const entry: fc.Arbitrary<Entry> = fc
  .record({
    v: fc.constant('1' as const),
    ws: id,
    doc: id,
    kind: fc.constantFrom(...ENTRY_KINDS),
    user: id,
    dev: id,
    epoch: id,
    seq: fc.oneof(fc.constant('0'), whole),
    prevDev: hex(32),
    seenSize: whole,
    seenRoot: hex(32),
    payHash: hex(32),
    payLen: whole,
    nonce: hex(16),
    devTime: instant,
  })
  .map((made) => ({ ...made, prevDev: made.seq === '0' ? '' : made.prevDev }));
const leaf: fc.Arbitrary<Leaf> = fc.record({
  entry,
  sig: fc.uint8Array({ minLength: 64, maxLength: 64 }).map(toBase64),
  env: fc.record({
    index: whole,
    serverTime: instant,
    prevDoc: fc.oneof(fc.constant(''), hex(32)),
    policyHash: hex(32),
  }),
});
/** Texts with what JSON escapes, and with what it does not although it looks as if it should. */
const unit = fc.oneof(fc.constantFrom(...'aé漢😀"\\\n\t\b\f\r/\u007f\u2028\ufeff\u0001'), fc.string({ maxLength: 1 }));
const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''));
const cell = fc.oneof(fc.constant(null), text);
const unfolded: fc.Arbitrary<PayloadOf<'edit'>> = fc.record({
  draftId: id,
  commands: fc.array(
    fc.record({
      id: of('abzAZ09-_', 1, 16),
      sheet: id,
      rowId: id,
      field: fc.oneof(id, fc.constantFrom('$insert', '$dead')),
      from: cell,
      to: cell,
      seen: whole,
    }),
    { maxLength: 4 },
  ),
  updates: fc.array(fc.record({ sheet: id, part: fc.integer({ min: 1, max: 2 ** 40 }) }), { maxLength: 3 }),
});
const edit = fc.oneof(
  unfolded,
  fc.tuple(unfolded, whole).map(([made, fold]) => ({ ...made, fold })),
);

interface Form {
  readonly values: fc.Arbitrary<unknown>;
  readonly schema: Parameters<typeof parseCanonicalAs>[0];
  readonly quick: (bytes: Uint8Array) => unknown;
}
const FORMS: Record<string, Form> = {
  entry: { values: entry, schema: entrySchema, quick: readPlainEntry },
  leaf: { values: leaf, schema: leafSchema, quick: readPlainLeaf },
  edit: { values: edit, schema: payloadSchemas.edit, quick: readPlainEdit },
};

/** What the schema's reader makes of bytes; null when it refuses them. */
function slow({ schema }: Form, bytes: Uint8Array): unknown {
  try {
    const parsed = parseCanonicalAs(schema, bytes);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Pieces that make neighbours of canonical bytes: not canonical, of another form, or just another value. */
const PIECE = fc.constantFrom(
  ...['"', '\\', ' ', '0', 'a', '\\u0061', '\\/', '\n', ',', '{', '}', 'null', '\ud800', 'é', '""'],
);

describe.each(Object.entries(FORMS))('the quick reader of %s', (_, form) => {
  test('[HIST-22, HIST-23, HIST-27] reads what is written, as its schema does', () => {
    fc.assert(
      fc.property(form.values, (value) => {
        const bytes = utf8(canonicalJson(value));
        expect(form.quick(bytes) ?? slow(form, bytes)).toEqual(slow(form, bytes));
      }),
      { numRuns: 300 },
    );
  });

  test('[HIST-22, HIST-23, HIST-27] accepts nothing that its schema refuses, whatever stands in the bytes', () => {
    const changed = fc
      .tuple(form.values, fc.nat(), fc.integer({ min: 0, max: 4 }), PIECE)
      .map(([value, at, cut, piece]) => {
        const whole = canonicalJson(value);
        const place = at % (whole.length + 1);
        return Buffer.from(whole.slice(0, place) + piece + whole.slice(place + cut));
      });
    fc.assert(
      fc.property(changed, (bytes) => {
        const read = form.quick(new Uint8Array(bytes));
        if (read !== null) expect(slow(form, new Uint8Array(bytes))).toEqual(read);
      }),
      { numRuns: 2000 },
    );
  });

  test('[HIST-22, HIST-23, HIST-27] leaves bytes that are no text to its schema', () => {
    const [first = 0, ...rest] = utf8(canonicalJson(fc.sample(form.values, { numRuns: 1, seed: 7 })[0]));
    expect(form.quick(new Uint8Array([first, 0xff, ...rest]))).toBeNull();
    expect(form.quick(new Uint8Array(300_000).fill(32))).toBeNull();
  });
});

test('[HIST-22, HIST-23] every entry and leaf of ours is read quickly', () => {
  for (const value of fc.sample(entry, 100)) expect(readPlainEntry(utf8(canonicalJson(value)))).toEqual(value);
  for (const value of fc.sample(leaf, 100)) expect(readPlainLeaf(utf8(canonicalJson(value)))).toEqual(value);
});

test('[HIST-27] everyday edits are read quickly, quotes and line ends included', () => {
  const commands = [
    { id: 'a', sheet: 'lines', rowId: 'r-1', field: '$insert', from: null, to: '["r-1","a\\n"]', seen: '0' },
  ];
  const value = { draftId: 'v-1', commands, updates: [{ sheet: 'lines', part: 1 }] };
  expect(readPlainEdit(utf8(canonicalJson(value)))).toEqual(value);
  const odd = { ...value, commands: commands.map((command) => ({ ...command, to: '\u0001' })) };
  expect(readPlainEdit(utf8(canonicalJson(odd)))).toBeNull();
});
