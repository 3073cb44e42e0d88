/**
 * Owns the entry: what a device signs for every change, in canonical JSON (RFC 8785) with every value a string, so that
 * no number can be written two ways. What the sequencer adds is in `leaf.ts`.
 */
import { z } from 'zod';
import { canonicalJson } from '../model/canonical.ts';
import { sha256 } from '../model/sha256.ts';
import { concatBytes, toHex, utf8 } from './bytes.ts';

/** The closed set of entry kinds: every change of a workspace is one of these. */
export const ENTRY_KINDS = [
  'edit',
  'create',
  'import',
  'fold',
  'choose',
  'submit',
  'requestChanges',
  'withdraw',
  'approve',
  'execute',
  'amend',
  'renew',
  'terminate',
  'export',
  'receipt',
  'read',
  'erase',
  'restore',
  'role',
  'key',
  'schema',
  'park',
  'facts',
  'logKey',
  'breakGlass',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** `doc` of an entry that belongs to no contract version. */
export const WORKSPACE_DOCUMENT = 'workspace';

/** `doc` of leaves that record reads, exports of data and failed access: apart, so that key leaves stay few to fetch. */
export const READS_DOCUMENT = 'reads';

/** `doc` of leaves that keep what a revoked device sent. */
export const PARKED_DOCUMENT = 'parked';

/** `doc` of leaves that record batches of facts. */
export const FACTS_DOCUMENT = 'facts';

const SAFE_DIGITS = 15;

/** A whole number as plain decimal digits, at most 999,999,999,999,999 so that it is exact as a number too. */
export const wholeNumber = z
  .string()
  .regex(/^(?:0|[1-9][0-9]*)$/)
  .max(SAFE_DIGITS);

/** A SHA-256 hash in lower-case hex. */
export const hashHex = z.string().regex(/^[0-9a-f]{64}$/);

/** An instant as `YYYY-MM-DDTHH:MM:SS.sssZ`, which `Date.prototype.toISOString` writes. */
export const instant = z.string().regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/);

/** An id of ours: letters, digits and `. _ ~ : @ / $ -`, at most 128. */
export const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._~:@/$-]{0,127}$/);

/** Entry schema. Unknown members are refused. */
export const entrySchema = z
  .strictObject({
    v: z.literal('1'),
    ws: identifier,
    doc: identifier,
    kind: z.enum(ENTRY_KINDS),
    user: identifier,
    dev: identifier,
    epoch: identifier,
    seq: wholeNumber,
    /** Hash of the previous entry of the chain (dev, epoch), empty for the first. */
    prevDev: z.union([hashHex, z.literal('')]),
    /** Size and root of the last checkpoint the device had verified; "0" and "" before the first. */
    seenSize: wholeNumber,
    seenRoot: z.union([hashHex, z.literal('')]),
    payHash: hashHex,
    payLen: wholeNumber,
    /** 16 random bytes in hex, so that a price cannot be guessed from a hash. */
    nonce: z.string().regex(/^[0-9a-f]{32}$/),
    devTime: instant,
  })
  .refine((entry) => (entry.seq === '0') === (entry.prevDev === ''), {
    path: ['prevDev'],
    message: 'prevDev is empty for seq 0 and for nothing else',
  })
  .refine((entry) => entry.seenRoot !== '' || entry.seenSize === '0', {
    path: ['seenRoot'],
    message: 'seenRoot is empty only while nothing was verified',
  });

/** What a device signs. */
export type Entry = z.infer<typeof entrySchema>;

const SIGNED_PREFIX = utf8('countersign.entry/1\n');

/** [HIST-20] Canonical bytes of an entry. */
export function entryBytes(entry: Entry): Uint8Array {
  return utf8(canonicalJson(entry));
}

/** [HIST-21] What the device signs: `countersign.entry/1`, a newline, the entry bytes. */
export function signedMessage(bytes: Uint8Array): Uint8Array {
  return concatBytes(SIGNED_PREFIX, bytes);
}

/** SHA-256 of the entry bytes: the value that `prevDev` of the next entry carries, in hex. */
export function entryHash(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

/** `entryHash` of an entry in hex. */
export function entryHashHex(entry: Entry): string {
  return toHex(entryHash(entryBytes(entry)));
}
