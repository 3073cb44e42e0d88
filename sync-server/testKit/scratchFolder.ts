// A folder for the files of one test file. Owns making it and taking it away again; nothing in it outlives the tests.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface ScratchFolder {
  /** The path that a file of this name has here, whether it is there or not. */
  path(name: string): string;
  /** Writes a file, over one of the same name. @returns its path */
  write(name: string, content: string | Uint8Array): string;
}

/** Makes the folder; it is removed after the last test of the file, or of the `describe` that this is called in. */
export function scratchFolder(): ScratchFolder {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-scratch-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, content) => {
      writeFileSync(path(name), content);
      return path(name);
    },
  };
}
