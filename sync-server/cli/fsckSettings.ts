// The other half of fsckTables.ts: kept answers, settings, key files and checkpoints. Owns what the log says of them; changes nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  CheckpointError,
  formatVkey,
  fromBase64,
  KeyFormatError,
  keyForSize,
  NoteError,
  openCheckpoint,
  parseVkey,
  rootHex,
  toHex,
} from '@countersign/shared/history';
import { z } from 'zod';
import { deviceIdOf, nodeEd25519, SigningKey } from '../history/index.ts';
import { asText, bytes, type LogFold, type Report } from './logFold.ts';

const answerSchema = z.looseObject({ index: z.number(), leafHash: z.string() });

export function checkAnswers(db: DatabaseSync, report: Report): void {
  const hashAt = db.prepare('SELECT hash FROM log WHERE idx = ?');
  for (const { scope, key, answer, body_hash, status } of db.prepare('SELECT * FROM idempotency').all()) {
    const name = `${asText(scope)} ${asText(key)}`;
    const said = parseAnswer(asText(answer));
    if (said === null || status !== 200 || !/^[0-9a-f]{64}$/.test(asText(body_hash))) {
      report('idempotency', name, 'the kept answer cannot be read');
    } else if (toHex(bytes(hashAt.get(said.index)?.hash)) !== said.leafHash) {
      report('idempotency', name, `the kept answer names entry ${said.index} with another leaf than the log’s`);
    }
  }
}

function parseAnswer(text: string): z.infer<typeof answerSchema> | null {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

export function checkMeta(db: DatabaseSync, { workspace, restores }: LogFold, report: Report): void {
  const meta = new Map(
    db
      .prepare('SELECT key, value FROM meta')
      .all()
      .map(({ key, value }) => [asText(key), asText(value)]),
  );
  if (meta.get('workspace.id') !== workspace)
    report('meta', 'workspace.id', `it is “${meta.get('workspace.id') ?? ''}”, and the log is of ${workspace}`);
  const generation = meta.get('generation') ?? '';
  const form = restores.length === 0 ? /^1$/ : new RegExp(`^${restores.length + 1}-[0-9a-f]{8}$`);
  if (!form.test(generation)) report('meta', 'generation', `it is “${generation}” after ${restores.length} restores`);
  for (const [key, value] of meta)
    if (key.startsWith('schema.') && !/^\d{1,4}$/.test(value)) report('meta', key, `“${value}” is no number`);
}

const keyFileSchema = z.strictObject({
  v: z.literal(1),
  origin: z.string(),
  logSeed: z.string(),
  nextLogSeed: z.string().optional(),
  deviceSeed: z.string(),
});

/** The keys must be those that the log was signed with: the public key beside them, and the device of leaf 0. */
export function checkKeys(folder: string, { state, workspace }: LogFold, report: Report): void {
  const [first] = state.devices;
  try {
    const { origin, logSeed, deviceSeed } = keyFileSchema.parse(
      JSON.parse(readFileSync(join(folder, 'server.key'), 'utf8')),
    );
    const vkey = formatVkey(origin, new SigningKey(fromBase64(logSeed)).publicKey);
    const kept = readFileSync(join(folder, 'workspace.vkey'), 'utf8');
    if (origin !== `countersign.example/${workspace}/log`) report('server.key', 'origin', `the key is of ${origin}`);
    if (kept !== `${vkey}\n`) {
      // Which of the two lost a bit, the checkpoints tell: they were signed by the one and verify with the other.
      report('workspace.vkey', 'file', 'it is not the public key of server.key');
      report('server.key', 'logSeed', 'it is not the private key of workspace.vkey');
    }
    if (deviceIdOf(new SigningKey(fromBase64(deviceSeed)).publicKey) !== first?.[0])
      report('server.key', 'deviceSeed', 'it is not the key of the device that leaf 0 enrols');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Whatever a damaged file makes a parser say, the finding is one: the key cannot be used.
    report('server.key', 'file', `it cannot be used (${error.name})`);
  }
}

/** Every checkpoint that was ever signed, not the newest alone: an old one is what somebody may come with. */
export async function checkCheckpoints(
  db: DatabaseSync,
  inForce: string,
  { tree, keyChanges }: LogFold,
  report: Report,
): Promise<void> {
  for (const { size, note } of db.prepare('SELECT size, note FROM checkpoint ORDER BY size').all()) {
    try {
      // [KEY-4] Each under the key of its time: behind a change the old key counts no more.
      const vkey = parseVkey(keyForSize(keyChanges[0]?.previous ?? inForce, keyChanges, BigInt(asText(size))));
      const signed = await openCheckpoint(asText(note), [vkey], nodeEd25519);
      const covered = signed.size <= BigInt(tree.size) && signed.size === BigInt(asText(size));
      if (!covered) report('checkpoint', size, `it was signed for ${signed.size} entries`);
      else if (toHex(tree.root(Number(size))) !== rootHex(signed))
        report('checkpoint', size, 'the stored leaves do not give the root that was signed');
    } catch (error) {
      const known = error instanceof NoteError || error instanceof CheckpointError || error instanceof KeyFormatError;
      if (!known) throw error;
      report('checkpoint', size, `it cannot be verified: ${error.message}`);
    }
  }
}
