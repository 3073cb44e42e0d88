import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodePayload, type EntryKind, encodePayload, jsonPart, parsePart0 } from '@countersign/shared/history';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer } from '../testKit/testServer.ts';
import { checkFolder } from './fsck.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-fsck-documents-'));
const sound = join(root, 'sound');

/** A version that was edited, folded, edited upon the fold, and submitted. */
beforeAll(async () => {
  const server = await startTestServer({ dataDir: sound }, { foldAbove: 1 });
  const versionId = await createSample(server);
  const person = await TestPerson.signIn(server.url, 'u-finance');
  const draft = await person.openDraft(versionId);
  await draft.edit(draft.command('lines', ROW.one, 'rate', '7.00'), draft.command('lines', ROW.two, 'rate', '8.00'));
  await draft.until(() => draft.state.lastFold !== undefined);
  await draft.edit(draft.command('lines', ROW.one, 'rate', '9.00'));
  expect((await person.command(versionId, 'submit')).status).toBe(200);
  await server.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let copies = 0;
/** What fsck says of the content after part 0 of the last entry of a kind was changed. */
async function afterChanging<K extends EntryKind>(
  kind: K,
  change: (part0: ReturnType<typeof parsePart0<K>>) => unknown,
): Promise<readonly [index: number, found: readonly string[]]> {
  copies += 1;
  const folder = join(root, String(copies));
  cpSync(sound, folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'countersign.db'));
  const row = db.prepare('SELECT idx, payload FROM log WHERE kind = ? ORDER BY idx DESC').get(kind);
  const [head, ...rest] = decodePayload(row?.payload as Uint8Array);
  const payload = encodePayload([jsonPart(change(parsePart0(kind, head))), ...rest]);
  db.prepare('UPDATE log SET payload = ? WHERE idx = ?').run(payload, row?.idx ?? null);
  db.close();
  const { findings } = await checkFolder(folder);
  const content = findings.filter(({ code }) => code === 'content');
  expect(content.map(({ index }) => index)).toEqual(content.map(() => row?.idx));
  return [Number(row?.idx), content.map(({ text }) => text)];
}

describe('the content of versions', () => {
  it('[OPS-28] a version that was edited, folded and submitted is what its entries say', async () => {
    expect(await checkFolder(sound)).toMatchObject({ ok: true, findings: [] });
  });

  it('[OPS-28] an edit whose document change is not what its commands say is named', async () => {
    const [, found] = await afterChanging('edit', (part0) => ({
      ...part0,
      commands: part0.commands.map((command) => ({ ...command, to: '9.99' })),
    }));
    expect(found).toEqual([expect.stringMatching(/does not do what its commands say/)]);
  });

  it('[OPS-28] rotten bytes of a change are named with their entry, and end nothing', async () => {
    const folder = join(root, 'rotten');
    cpSync(sound, folder, { recursive: true });
    const db = new DatabaseSync(join(folder, 'countersign.db'));
    const row = db.prepare("SELECT idx, payload FROM log WHERE kind = 'create'").get();
    const [head, ...updates] = decodePayload(row?.payload as Uint8Array);
    const rotten = updates.map((update) => update.map((byte, at) => (at === 1 ? byte ^ 0x80 : byte)));
    const payload = encodePayload([head ?? new Uint8Array(), ...rotten]);
    db.prepare('UPDATE log SET payload = ? WHERE idx = ?').run(payload, row?.idx ?? null);
    db.close();
    const { findings } = await checkFolder(folder);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'content', index: row?.idx }));
  });

  it('[OPS-28] an edit that was made before the last fold is named', async () => {
    const [, found] = await afterChanging('edit', ({ fold: _, ...part0 }) => part0);
    expect(found).toEqual([expect.stringMatching(/put together anew/)]);
  });

  it('[DOC-71] [OPS-28] a fold that changes the draft is named', async () => {
    const [index, found] = await afterChanging('fold', (part0) => ({
      ...part0,
      contentHashBefore: '0'.repeat(64),
      contentHashAfter: '0'.repeat(64),
    }));
    expect(found).toEqual([expect.stringContaining(`The fold at entry ${index} names another content`)]);
  });

  it('[OPS-28] a submission of another content, or under other authors, is named', async () => {
    const [, ofContent] = await afterChanging('submit', (part0) => ({ ...part0, contentHash: '0'.repeat(64) }));
    expect(ofContent).toEqual([expect.stringMatching(/was submitted has the hash 0{64}/)]);
    const [, ofAuthors] = await afterChanging('submit', (part0) => ({ ...part0, authors: ['u-ops'] }));
    expect(ofAuthors).toEqual([expect.stringMatching(/names u-ops as its authors, and the entries name u-finance/)]);
  });
});
