import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../demo/index.ts';
import { startTestServer } from '../testKit/testServer.ts';
import { checkFolder } from './fsck.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-fsck-'));
const sound = join(root, 'sound');

beforeAll(async () => {
  const server = await startTestServer({ dataDir: sound }, { seed: seedDemo });
  await server.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function after(name: string, sql: string) {
  const folder = join(root, name);
  cpSync(sound, folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'countersign.db'));
  db.exec(sql);
  db.close();
  return (await checkFolder(folder)).findings.map(({ text }) => text);
}

describe('what no table may say otherwise', () => {
  it('[OPS-20] the demo workspace agrees with its log in every table', async () => {
    expect((await checkFolder(sound)).findings).toEqual([]);
  });

  it.each([
    ['a role given by hand', "UPDATE users SET roles = roles || ',approver' WHERE id = 'u-ops'", /^Table users, u-ops/],
    ['a person with roles taken away', "DELETE FROM users WHERE id = 'u-ops'", /^Table users, u-ops/],
    ['a revocation undone', 'UPDATE devices SET revoked_at = 3', /^Table devices, .*revoked_at/],
    [
      'a version approved by hand',
      "UPDATE versions SET state = 'EXECUTED' WHERE state = 'DRAFT'",
      /^Table versions, .*state/,
    ],
    [
      'another content bound',
      "UPDATE versions SET content_hash = '00' WHERE content_hash IS NOT NULL",
      /^Table versions, .*content_hash/,
    ],
    ['a contract under another number', "UPDATE contracts SET number = number || '9'", /^Table contracts, .*number/],
    [
      'an older checkpoint changed',
      "UPDATE checkpoint SET note = replace(note, char(10) || char(10), char(10) || 'x' || char(10)) WHERE size = (SELECT min(size) FROM checkpoint)",
      /^Table checkpoint, /,
    ],
    ['a leaf’s author changed beside it', "UPDATE log SET actor = 'u-ops' WHERE idx = 5", /^Table log, entry 5: actor/],
    ['another generation', "UPDATE meta SET value = '7' WHERE key = 'generation'", /^Table meta, generation/],
  ])('[OPS-20] %s is named', async (name, sql, finding) => {
    expect(await after(name.replaceAll(' ', '-'), sql)).toContainEqual(expect.stringMatching(finding));
  });
});
