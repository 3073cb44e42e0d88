// A stand-in for Electron's runtime, enough for electron-builder to pack the app: an "executable" that carries only the fuse wire.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Marks the fuse wire in every Electron binary; after it come the wire's version, its length and one character a fuse. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const WIRE_VERSION = 1;
const FUSES = 9;

/** Writes the stand-in into `folder`, every fuse at Electron's default "1" or "0" as given. */
export async function writeStubRuntime(folder: string): Promise<void> {
  await mkdir(join(folder, 'resources'), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from(FUSE_SENTINEL),
    Buffer.from([WIRE_VERSION, FUSES]),
    Buffer.from('1'.repeat(FUSES)),
  ]);
  await writeFile(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]));
  await chmod(join(folder, 'electron'), 0o755);
}

/** The fuse characters in a packed executable, in Electron's order. */
export function fusesOf(executable: Buffer): string {
  const at = executable.indexOf(FUSE_SENTINEL);
  if (at < 0) throw new Error('The executable carries no fuse wire.');
  const start = at + FUSE_SENTINEL.length;
  return executable.toString('latin1', start + 2, start + 2 + (executable[start + 1] ?? 0));
}
