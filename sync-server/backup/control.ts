// Who may ask a running server for what only its operator may: whoever can read its data folder. Owns the token file; must not serve.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeAtEnd, replaceFile } from '../storage/index.ts';

const FILE = 'control.token';

/** A new secret in the folder, readable by its owner only, for as long as the server runs. */
export class Control {
  readonly #file: string;
  readonly #token: Buffer;

  constructor(dataDir: string) {
    this.#file = join(dataDir, FILE);
    const token = randomBytes(32).toString('base64url');
    this.#token = Buffer.from(token);
    replaceFile(this.#file, `${token}\n`, 0o600);
  }

  /** Whether an Authorization header carries the secret. */
  allows(header: string | undefined): boolean {
    const given = Buffer.from(header?.replace(/^Control /, '') ?? '');
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }

  remove(): void {
    removeAtEnd(this.#file);
  }
}

/** The header that a program on this machine sends. @throws when the folder cannot be read */
export const controlHeader = (dataDir: string): string => `Control ${readFileSync(join(dataDir, FILE), 'utf8').trim()}`;
