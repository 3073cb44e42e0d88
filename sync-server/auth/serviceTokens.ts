// Tokens of programs, e.g. the billing system. Owns making, finding and revoking them, each with its leaves; what a scope lets a
// program do is in shared/access.
import { randomBytes } from 'node:crypto';
import type { ServiceScope } from '@countersign/shared/access';
import { WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import type { History } from '../history/index.ts';
import { sha256Hex } from '../history/nativeCrypto.ts';
import { KeyedMutex } from '../keyedMutex.ts';
import type { ServiceTokenRow, Storage } from '../storage/index.ts';

/** So that a token found in a log or a repository is known for what it is. */
const PREFIX = 'cst_';
const DAY_MS = 86_400_000;

export interface NewServiceToken {
  readonly name: string;
  readonly scopes: readonly ServiceScope[];
  readonly days: number;
  /** The admin who makes it. */
  readonly by: string;
}

export class ServiceTokens {
  readonly #storage: Storage;
  readonly #history: History;
  readonly #now: () => number;
  readonly #changes = new KeyedMutex();
  /** Revoked in memory before the leaf is written, as roles are [AUTH-9]. */
  readonly #revoked = new Set<string>();

  constructor(storage: Storage, history: History, now: () => number) {
    this.#storage = storage;
    this.#history = history;
    this.#now = now;
  }

  /** Whether a bearer text is a token of a program and not of a person's session. */
  static isOne(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  list(): Promise<ServiceTokenRow[]> {
    return this.#storage.identity.serviceTokens();
  }

  /** [AUTH-30] Makes a token: one `role` leaf grants each scope to its id; the row is written with the last one. The text is told once. */
  async make({ name, scopes, days, by }: NewServiceToken): Promise<{ token: string; row: ServiceTokenRow }> {
    const id = `s-${randomBytes(8).toString('hex')}`;
    const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const now = this.#now();
    const row: ServiceTokenRow = {
      id,
      tokenHash: sha256Hex(token),
      name,
      scopes: [...new Set(scopes)],
      createdBy: by,
      createdAt: now,
      expiresAt: now + days * DAY_MS,
      revokedAt: null,
    };
    for (const [i, role] of row.scopes.entries()) {
      const part0 = { action: 'grant', userId: id, role, by };
      const last = i === row.scopes.length - 1;
      await this.#history.appendServerEntry('role', WORKSPACE_DOCUMENT, part0, [], {
        apply: async (store) => {
          if (last) await store.identity.putServiceToken(row);
        },
      });
    }
    return { token, row };
  }

  /** The token's row while it may be used; null when it is unknown, expired or revoked. */
  async find(token: string): Promise<ServiceTokenRow | null> {
    const row = await this.#storage.identity.serviceToken(sha256Hex(token));
    if (row === null || row.revokedAt !== null || this.#revoked.has(row.id)) return null;
    return row.expiresAt <= this.#now() ? null : row;
  }

  /** The id of a token that is or was good; null when there never was such a one. */
  async idOf(token: string): Promise<string | null> {
    return (await this.#storage.identity.serviceToken(sha256Hex(token)))?.id ?? null;
  }

  /** [AUTH-31] Revokes a token by leaves; it is refused from the moment this is asked. False when there is no such token. */
  revoke(id: string, by: string): Promise<boolean> {
    return this.#changes.run(id, async () => {
      const row = (await this.list()).find((token) => token.id === id);
      if (row === undefined) return false;
      if (row.revokedAt !== null) return true;
      this.#revoked.add(id);
      try {
        for (const [i, role] of row.scopes.entries()) {
          const part0 = { action: 'revoke', userId: id, role, by };
          const last = i === row.scopes.length - 1;
          await this.#history.appendServerEntry('role', WORKSPACE_DOCUMENT, part0, [], {
            apply: async (store, at) => {
              if (last) await store.identity.putServiceToken({ ...row, revokedAt: at.row.index });
            },
          });
        }
      } finally {
        // Stored, or not stored at all: the row says which from here on.
        this.#revoked.delete(id);
      }
      return true;
    });
  }
}
