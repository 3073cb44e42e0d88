/**
 * Owns cosigned checkpoints: making a timestamped cosignature (C2SP tlog-cosignature v1) and judging a checkpoint by a
 * policy. A cosigned checkpoint has one form: the log's signature, then those of known witnesses in the policy's order.
 */
import { concatBytes } from '../bytes.ts';
import { type Checkpoint, CheckpointError, parseCheckpoint } from '../checkpoint.ts';
import type { Ed25519, Ed25519Signer } from '../ed25519.ts';
import { NoteError, openNote, parseNote, signatureLineFor } from '../note.ts';
import { cosignedMessage, keyIdOf, type NoteSigner, SIGNATURE_TYPE, type Vkey, verifyWithVkey } from '../vkey.ts';
import { isQuorum, type WitnessPolicy } from './policy.ts';

/** A note signer whose signatures are cosignatures at the time that `now` gives, in milliseconds. */
export function cosigner(name: string, signer: Ed25519Signer, now: () => number): NoteSigner {
  return {
    name,
    keyId: keyIdOf(name, SIGNATURE_TYPE.cosignature, signer.publicKey),
    sign: async (message) => {
      const seconds = BigInt(Math.floor(now() / 1000));
      const time = new Uint8Array(8);
      new DataView(time.buffer).setBigUint64(0, seconds);
      return concatBytes(time, await signer.sign(cosignedMessage(seconds, message)));
    },
  };
}

/** The signature lines of one cosigner on a checkpoint note. */
export function cosign(note: string, signer: NoteSigner): Promise<string> {
  return signatureLineFor(parseNote(note).text, signer);
}

/** A checkpoint and the names of the policy's witnesses that cosigned it. */
export interface Witnessed {
  readonly checkpoint: Checkpoint;
  readonly witnesses: readonly string[];
}

/**
 * [HIST-92] Opens a checkpoint of the log `vkey` in its one cosigned form: the log's signature first, then known witnesses
 * in the policy's order, each good, none unknown, none twice.
 * @throws NoteError or CheckpointError
 */
export async function openCosigned(
  note: string,
  vkey: Vkey,
  policies: readonly WitnessPolicy[],
  ed25519: Ed25519,
): Promise<Witnessed & { readonly met: boolean }> {
  const known = policies.flatMap(({ witnesses }) => witnesses);
  const keys = [...new Map(known.map((witness) => [witness.vkey.keyId + witness.vkey.name, witness.vkey])).values()];
  const expected = [vkey, ...keys].map(({ name, keyId }) => `${name}+${keyId}`);
  const lines = parseNote(note).signatures.map(({ name, keyId }) => `${name}+${keyId}`);
  if (lines[0] !== expected[0])
    throw new NoteError('unverified', 'no signature is by a key that was given: the first is not the log’s');
  let at = -1;
  for (const line of lines) {
    const place = expected.indexOf(line);
    if (place <= at) throw new NoteError('malformed', `the signature of ${line} is unknown, repeated or out of order`);
    at = place;
  }
  const { text } = await openNote(note, [vkey, ...keys], ed25519);
  const checkpoint = parseCheckpoint(text);
  const signed = new Set(lines);
  const namesIn = (policy: WitnessPolicy): Set<string> =>
    new Set(
      policy.witnesses
        .filter((witness) => signed.has(`${witness.vkey.name}+${witness.vkey.keyId}`))
        .map(({ name }) => name),
    );
  const met = policies.every((policy) => isKnownLog(policy, vkey) && isQuorum(policy, namesIn(policy)));
  return { checkpoint, witnesses: [...new Set(policies.flatMap((policy) => [...namesIn(policy)]))], met };
}

/** A policy that lists logs is about those only. */
export function isKnownLog({ logs }: WitnessPolicy, vkey: Vkey): boolean {
  return logs.length === 0 || logs.some(({ name, keyId }) => name === vkey.name && keyId === vkey.keyId);
}

/**
 * Puts a checkpoint and cosignature lines that came for it into the one form. Lines of unknown keys, bad ones and repeats
 * are dropped: whoever sends them must not be able to spoil the others.
 */
export async function withCosignatures(
  note: string,
  lines: readonly string[],
  policy: WitnessPolicy,
  ed25519: Ed25519,
): Promise<string> {
  const { text } = parseNote(note);
  const message = new TextEncoder().encode(text);
  const found = new Map<string, string>();
  for (const line of lines) {
    let signatures: ReturnType<typeof parseNote>['signatures'];
    try {
      signatures = parseNote(`${text}\n${line}`).signatures;
    } catch (cause) {
      if (!(cause instanceof NoteError)) throw cause;
      continue;
    }
    const [only] = signatures;
    const witness = policy.witnesses.find(({ vkey }) => vkey.name === only?.name && vkey.keyId === only.keyId);
    if (only === undefined || signatures.length > 1 || witness === undefined || found.has(witness.name)) continue;
    if (await verifyWithVkey(witness.vkey, message, only.signature, ed25519)) found.set(witness.name, line);
  }
  const own = note.slice(text.length + 1).split('\n')[0] ?? '';
  const ordered = policy.witnesses.flatMap(({ name }) => found.get(name) ?? []);
  return `${text}\n${own}\n${ordered.join('')}`;
}

/** Whether a thrown value says that a checkpoint cannot be believed. */
export const isCheckpointFault = (cause: unknown): cause is NoteError | CheckpointError =>
  cause instanceof NoteError || cause instanceof CheckpointError;
