import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoint, parseVkey } from '@countersign/shared/history';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readLock } from '../storage/index.ts';
import { KILL_VERSION, killNodeProcesses, startNodeProcess } from '../testKit/nodeProcess.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { ROW } from '../testKit/testServer.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-serve-'));
/** Each start of the process takes seconds on a busy machine. */
const SLOW = { timeout: 180_000 };

afterEach(killNodeProcesses);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('serve as a process', SLOW, () => {
  it('[SRV-6] after kill -9 in the middle of writing, every acknowledged edit is there, once, and the rest can be sent again', async () => {
    const folder = join(root, 'kill');
    let served = await startNodeProcess(folder);
    let device: TestPerson['device'] | undefined;
    for (let round = 0; round < 2; round += 1) {
      const person: TestPerson = await TestPerson.signIn(served.url, 'u-finance', device);
      device = person.device;
      const draft = await person.openDraft(KILL_VERSION);
      const before = draft.state.changes().length;
      const signed = [];
      for (let i = 0; i < 40; i += 1) {
        signed.push(await draft.sign([draft.command('lines', ROW.one, 'note', `round ${round}, batch ${i}`)]));
      }
      for (const batch of signed) draft.submit(batch);
      await draft.until(() => draft.stored.size > 0);
      const lock = readLock(folder);
      expect(lock?.pid).toBe(served.child.pid);
      process.kill(lock?.pid ?? 0, 'SIGKILL');
      await served.exit;
      await draft.until(() => draft.closed !== null);
      const acknowledged = draft.stored.size;
      expect(existsSync(join(folder, 'server.lock'))).toBe(true);

      served = await startNodeProcess(folder);
      const back = await TestPerson.signIn(served.url, 'u-finance', device);
      const again = await back.openDraft(KILL_VERSION);
      expect(again.state.changes().length - before).toBeGreaterThanOrEqual(acknowledged);
      for (const batch of signed) expect(await again.answerTo(batch)).toBe('stored');
      for (const [index, leafHash] of draft.stored) expect(again.stored.get(index)).toBe(leafHash);
      const whole = await back.openDraft(KILL_VERSION);
      expect(whole.state.changes().length - before).toBe(signed.length);
      expect(whole.value('lines', ROW.one, 'note')).toBe(`round ${round}, batch 39`);
    }
    served.child.kill('SIGTERM');
    expect(await served.exit).toBe(0);
  });

  it('[SRV-7] SIGTERM closes sockets with 1012, signs the last checkpoint, gives the folder back and exits 0', async () => {
    const folder = join(root, 'term');
    const served = await startNodeProcess(folder);
    const person = await TestPerson.signIn(served.url, 'u-finance');
    const draft = await person.openDraft(KILL_VERSION);
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', '7.00'))).toBe('stored');
    const size = Number([...draft.stored.keys()][0]) + 1;
    served.child.kill('SIGTERM');
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(1012);
    expect(await served.exit).toBe(0);
    expect(existsSync(join(folder, 'server.lock'))).toBe(false);

    const again = await startNodeProcess(folder);
    const { note } = (await (await fetch(`${again.url}/api/v1/log/checkpoint`)).json()) as { note: string };
    const vkey = parseVkey(readFileSync(join(folder, 'workspace.vkey'), 'utf8').trim());
    expect(Number((await openCheckpoint(note, [vkey])).size)).toBeGreaterThanOrEqual(size);
    again.child.kill('SIGINT');
    expect(await again.exit).toBe(0);
  });

  it('[STO-9] a second server on one folder exits 75 and leaves the first alone', async () => {
    const folder = join(root, 'twice');
    const served = await startNodeProcess(folder);
    await expect(startNodeProcess(folder)).rejects.toThrow(/exited with 75: .*in use by process/);
    expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
    expect(readLock(folder)?.pid).toBe(served.child.pid);
    served.child.kill('SIGTERM');
    await served.exit;
  });
});
