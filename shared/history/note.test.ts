import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromUtf8, toBase64, utf8 } from './bytes.ts';
import { CheckpointError, formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { signerFromSeed } from './ed25519.ts';
import { seedFor } from './fixture/index.ts';
import { leafHash } from './merkle.ts';
import { NoteError, openNote, parseNote, signatureLineFor, signNote } from './note.ts';
import { formatTlogProof, ProofFormatError, parseTlogProof } from './tlogProof.ts';
import {
  cosignedMessage,
  formatVkey,
  KeyFormatError,
  noteSigner,
  parseSkey,
  parseVkey,
  SIGNATURE_TYPE,
} from './vkey.ts';

const ORIGIN = 'countersign.example/demo/log';
const checkpoint = { origin: ORIGIN, size: 42n, root: leafHash(utf8('root')) };

async function logKey(name = ORIGIN) {
  const signer = await signerFromSeed(seedFor(`log ${name}`));
  return { signer: noteSigner(name, signer), vkey: parseVkey(formatVkey(name, signer.publicKey)) };
}

test('[HIST-13] what we sign opens with our key and with no other', async () => {
  const { signer, vkey } = await logKey();
  const other = await logKey('other.example');
  const note = await signCheckpoint(checkpoint, signer);
  expect(await openCheckpoint(note, [vkey])).toEqual(checkpoint);
  await expect(openNote(note, [other.vkey])).rejects.toMatchObject({ fault: 'unverified' });
  const both = await signNote(formatCheckpoint(checkpoint), signer, other.signer);
  expect(await openNote(both, [vkey])).toMatchObject({
    known: [{ name: ORIGIN }],
    unknown: [{ name: 'other.example' }],
  });
  expect((await openNote(both, [vkey, other.vkey])).known).toHaveLength(2);
});

test('[HIST-12] a timestamped cosignature counts under its own key type', async () => {
  const { signer, vkey } = await logKey();
  const witness = await signerFromSeed(seedFor('witness'));
  const key = parseVkey(formatVkey('witness.example', witness.publicKey, SIGNATURE_TYPE.cosignature));
  const text = formatCheckpoint(checkpoint);
  const cosigner = {
    name: key.name,
    keyId: key.keyId,
    sign: async (message: Uint8Array) => {
      const stamped = new Uint8Array(72);
      new DataView(stamped.buffer).setBigUint64(0, 1767603600n);
      stamped.set(await witness.sign(cosignedMessage(1767603600n, message)), 8);
      return stamped;
    },
  };
  const note = (await signNote(text, signer)) + (await signatureLineFor(text, cosigner));
  expect((await openNote(note, [vkey, key])).known.map((s) => s.name)).toEqual([ORIGIN, 'witness.example']);
  const plain = parseVkey(formatVkey('witness.example', witness.publicKey));
  expect((await openNote(note, [vkey, plain])).known.map((s) => s.name)).toEqual([ORIGIN]);
});

test('[HIST-11] no changed byte of a signed checkpoint opens as the workspace’s', async () => {
  const { signer, vkey } = await logKey();
  const note = utf8(await signCheckpoint(checkpoint, signer));
  for (let at = 0; at < note.length; at++) {
    for (const bit of [0, 3, 7]) {
      const changed = note.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      await expect(openNote(changed, [vkey])).rejects.toBeInstanceOf(NoteError);
    }
  }
});

test('[HIST-11] mutated and random notes are opened or refused, and never crash the reader', async () => {
  const { signer, vkey } = await logKey();
  const good = await signCheckpoint(checkpoint, signer);
  const piece = fc.oneof(
    fc.constantFrom('\n', '\n\n', '— ', '+', ' ', '=', '\u0000', '\ufeff', '\u0085', good),
    fc.string({ unit: 'binary' }),
  );
  const mutated = fc
    .tuple(fc.nat({ max: good.length }), fc.nat({ max: good.length }), piece)
    .map(([from, to, text]) => {
      return good.slice(0, from) + text + good.slice(to);
    });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        mutated,
        fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
      ),
      async (text) => {
        let opened: string | undefined;
        try {
          opened = (await openNote(text, [vkey])).text;
          parseCheckpoint(opened);
        } catch (cause) {
          if (!(cause instanceof NoteError || cause instanceof CheckpointError)) throw cause;
        }
        if (opened !== undefined) expect(opened).toBe(formatCheckpoint(checkpoint));
      },
    ),
    { seed: 11, numRuns: 3000 },
  );
});

test('[HIST-14] a checkpoint is three lines in one form', () => {
  const root = toBase64(checkpoint.root);
  expect(parseCheckpoint(`${ORIGIN}\n42\n${root}\n`)).toEqual(checkpoint);
  expect(parseCheckpoint(`x\n18446744073709551615\n${root}\n`).size).toBe(2n ** 64n - 1n);
  const bad = [
    `\n42\n${root}\n`,
    `o\n042\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n18446744073709551616\n${root}\n`,
    `o\n+1\n${root}\n`,
  ];
  bad.push(
    `o\n42\n${root}`,
    `o\n42\n${root}\next\n`,
    `o\n42\n${root}\n\n`,
    `o\n42\nAAAA\n`,
    `o\n42\n`,
    `o\n42\n${root.slice(0, -1)}\n`,
    '',
  );
  for (const text of bad) expect(() => parseCheckpoint(text)).toThrow(CheckpointError);
  expect(() => formatCheckpoint({ ...checkpoint, origin: 'a\nb' })).toThrow(CheckpointError);
});

test('[HIST-10] keys whose text, id, type or length is off are refused', async () => {
  const { vkey } = await logKey();
  const text = formatVkey(vkey.name, vkey.key);
  const [name = '', keyId = '', key = ''] = text.split('+', 3);
  expect(parseVkey(text)).toEqual(vkey);
  const bad = [
    '',
    '+',
    name,
    `${name}+${keyId}`,
    `${name}x+${keyId}+${key}`,
    `+${keyId}+${key}`,
    `${name}+${keyId.toUpperCase()}x+${key}`,
  ];
  bad.push(`a b+${keyId}+${key}`, text.slice(0, -1), `${text} `, `${text}AAAA`, ` ${text}`);
  for (const wrong of bad) expect(() => parseVkey(wrong)).toThrow(KeyFormatError);
  for (const wrong of ['', 'PRIVATE+KEY+a+00000000+AAAA', `PRIVATE+KEY+${text}`]) {
    await expect(parseSkey(wrong)).rejects.toThrow(KeyFormatError);
  }
});

test('[HIST-13] a text that no reader would open is not signed', async () => {
  const { signer } = await logKey();
  await expect(signNote('no newline', signer)).rejects.toThrow(NoteError);
  await expect(signNote('tab\there\n', signer)).rejects.toThrow(NoteError);
  expect(parseNote(await signNote('a\n\nb\n', signer)).text).toBe('a\n\nb\n');
});

test('[HIST-16] a tlog-proof reads back, and mutated ones are refused or read as what they are', async () => {
  const { signer } = await logKey();
  const proof = {
    index: 7n,
    hashes: [checkpoint.root, leafHash(utf8('x'))],
    checkpoint: await signCheckpoint(checkpoint, signer),
  };
  const text = formatTlogProof(proof);
  expect(parseTlogProof(text)).toEqual(proof);
  expect(parseTlogProof(formatTlogProof({ ...proof, extra: utf8('e') }))).toEqual({ ...proof, extra: utf8('e') });
  const bytes = utf8(text);
  for (let at = 0; at < bytes.length - utf8(proof.checkpoint).length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    try {
      const mutated = fromUtf8(changed);
      expect(formatTlogProof(parseTlogProof(mutated))).toBe(mutated);
    } catch (cause) {
      if (!(cause instanceof ProofFormatError)) throw cause;
    }
  }
});
