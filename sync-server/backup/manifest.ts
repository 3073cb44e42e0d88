// What a backup says of itself. Owns the format of `manifest.json`; must not read or write the files it lists.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { ArchiveError, type FoundMember } from './archive.ts';

export const BACKUP_FORMAT = 'countersign.backup/1';
export const MANIFEST = 'manifest.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

const manifestSchema = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  /** ISO instant at which the copy was complete. */
  madeAt: z.string(),
  serverVersion: z.string(),
  workspace: z.string(),
  vkey: z.string(),
  generation: z.string(),
  /** Entries of the log that the copy holds, and their root. */
  size: count,
  root: hash,
  /** The newest signed checkpoint in the copy, as a C2SP note; null for a log that was never signed. */
  checkpoint: z.string().nullable(),
  /** Whether `server.key` is in the backup. Without it, it must come from where keys are kept. */
  withKeys: z.boolean(),
  files: z.array(z.strictObject({ name: z.string(), size: count, sha256: hash })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** SHA-256 of a file in hex. */
export async function hashOfFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** The manifest of an archive. @throws ArchiveError when there is none that can be read */
export async function readManifestOf(archive: string, members: readonly FoundMember[]): Promise<Manifest> {
  const [first] = members;
  if (first?.name !== MANIFEST) throw new ArchiveError('the file is not a backup of Countersign');
  const end = first.offset + first.size - 1;
  try {
    return manifestSchema.parse(JSON.parse(await text(createReadStream(archive, { start: first.offset, end }))));
  } catch (error) {
    throw new ArchiveError('the manifest of the backup cannot be read', { cause: error });
  }
}
