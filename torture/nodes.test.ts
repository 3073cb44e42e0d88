import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlConnection } from '../sync-server/nodes/controlConnection.ts';
import { SequencerLease } from '../sync-server/nodes/lease.ts';
import { DatabaseAddress, OutcomeUnknown, openPostgres } from '../sync-server/storage/index.ts';
import { auditDatabase } from './databaseAudit.ts';
import { DatabaseProxy } from './databaseProxy.ts';
import { type DatabaseTemplate, makeDatabaseTemplate } from './databaseTemplate.ts';

const SLOW = { timeout: 180_000 };
const root = mkdtempSync(join(tmpdir(), 'countersign-torture-nodes-'));
let template: DatabaseTemplate;
const proxies: DatabaseProxy[] = [];

beforeAll(async () => {
  template = await makeDatabaseTemplate(root);
}, 180_000);
afterAll(async () => {
  for (const proxy of proxies) await proxy.close();
  await template.remove();
  rmSync(root, { recursive: true, force: true });
});

async function behindProxy(name: string): Promise<{ proxy: DatabaseProxy; url: string; address: DatabaseAddress }> {
  const url = await template.copy(name);
  const proxy = await DatabaseProxy.listen(template.postgres.port);
  proxies.push(proxy);
  return { proxy, url, address: new DatabaseAddress(proxy.addressOf(url)) };
}

describe('the audit of a database', SLOW, () => {
  it('[TORT-8] sees an entry that was lost, one that stands twice, and a checkpoint of another history', async () => {
    const url = await template.copy('audited');
    const vkey = template.members[0]?.vkey ?? '';
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query<{ idx: string; hash: Buffer; entry_hash: string }>(
      'select idx, hash, entry_hash from log order by idx desc limit 1',
    );
    const last = rows[0] ?? expect.unreachable();
    const promise = { index: Number(last.idx), leafHash: last.hash.toString('hex'), entryHash: last.entry_hash };
    const sound = await auditDatabase(url, [promise], [], vkey);
    expect(sound).toMatchObject({ lost: [], duplicated: [], split: [], unsound: [], entries: promise.index + 1 });
    const other = { size: 2, root: '00'.repeat(32) };
    await client.query('update log set entry_hash = (select entry_hash from log where idx = 3) where idx = 4');
    await client.query('delete from log where idx = $1', [promise.index]);
    await client.end();
    const { lost, duplicated, split, unsound } = await auditDatabase(url, [promise], [other], vkey);
    expect(lost).toEqual([expect.stringContaining('is not there')]);
    expect(duplicated).toEqual([expect.stringContaining('more than once')]);
    expect(split.join()).toContain('the checkpoint of 2 entries');
    expect(unsound.join()).toContain('entry 4');
  });
});

describe('a connection to the database that falls silent', SLOW, () => {
  it('[NODE-17] is found by asking the database, also in the middle of a commit; a slow statement is waited for', async () => {
    const { proxy, url, address } = await behindProxy('silent');
    const storage = await openPostgres(address);
    await expect(
      storage.transaction(async (tx) => {
        await tx.setMeta('k', 'v');
        proxy.silence();
      }),
    ).rejects.toThrow(OutcomeUnknown);
    proxy.heal();
    await storage.settled();
    // Standing on a lock is work: longer than a silence is asked about.
    const holder = new pg.Client(url);
    await holder.connect();
    await holder.query("begin; update meta set value = 'held' where key = 'generation'");
    const slow = storage.setMeta('generation', 'mine');
    const release = holder.query('select pg_sleep(4)').then(() => holder.query('commit'));
    await Promise.all([slow, release]);
    expect(await storage.meta('generation')).toBe('mine');
    await holder.end();
    await storage.close();
  });

  it('[NODE-17] [NODE-18] keeps no lease from being renewed on another one, and no node from stopping', async () => {
    const { proxy, address } = await behindProxy('renewed');
    const control = new ControlConnection(address, () => undefined);
    const lease = new SequencerLease(control, 'http://one', 60_000);
    const storage = await openPostgres(address);
    await storage.ping();
    expect(await lease.take()).toBe(true);
    proxy.silence();
    await expect(lease.renew()).rejects.toThrow();
    expect(await lease.renew()).toBe(true);
    proxy.silence();
    await control.close();
    await storage.close();
    expect(lease.fence).not.toBeNull();
  });
});
