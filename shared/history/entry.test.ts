import { expect, test } from 'vitest';
import { canonicalJson } from '../model/canonical.ts';
import { sha256 } from '../model/sha256.ts';
import { concatBytes, toHex, utf8 } from './bytes.ts';
import { signedMessage } from './entry.ts';
import { contentHash, policyHash } from './keyring.ts';
import { leafHash, nodeHash, payloadRoot } from './merkle.ts';

test('[HIST-2] payHash is the tree root over the parts, each part a leaf', () => {
  const [a, b, c] = [utf8('{"draftId":"v-1"}'), new Uint8Array([1, 2, 3]), new Uint8Array()];
  expect(payloadRoot([a])).toEqual(leafHash(a));
  expect(payloadRoot([a, b, c])).toEqual(nodeHash(nodeHash(leafHash(a), leafHash(b)), leafHash(c)));
  expect(payloadRoot([b, a, c])).not.toEqual(payloadRoot([a, b, c]));
});

test('[HIST-21] a device signs the context, a newline and the entry bytes', () => {
  const entry = utf8('{"v":"1"}');
  expect(signedMessage(entry)).toEqual(concatBytes(utf8('countersign.entry/1\n'), entry));
});

test('[HIST-34] policy and content hashes are SHA-256 of canonical JSON, whatever the order of members', () => {
  const value = { b: ['2', null], a: '1' };
  const expected = toHex(sha256(utf8(canonicalJson({ a: '1', b: ['2', null] }))));
  expect(policyHash(value)).toBe(expected);
  expect(contentHash(value)).toBe(expected);
  expect(contentHash({ ...value, a: '01' })).not.toBe(expected);
});
