import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { previewJson } from '@countersign/shared/billing';
import type { ImportState } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VOLUME_CONTRACT_ID } from '../../demo/deliveryContracts.ts';
import { seedDemo } from '../../demo/index.ts';
import { rateCardId } from '../../demo/rateCards.ts';
import { runCommand } from '../../testKit/commandLine.ts';
import { startTestServer, type TestServer } from '../../testKit/testServer.ts';
import { workspacePreview } from './preview.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ dataDir: join(folder, 'data') }, { seed: seedDemo });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
});

const versionOf = async (contractId: string): Promise<string> =>
  (await server.services.storage.versions(contractId))[0]?.id ?? '';

describe('countersign import', () => {
  it('[IMP-10] [IMP-14] imports a rate card file into a draft, saying how it was read, and refuses a file with a bad cell whole', async () => {
    const draft = await versionOf(rateCardId('one_gospel_2014_10'));
    const good = join(folder, 'rates.csv');
    writeFileSync(good, 'Programme;Per;Ccy;Price;Remark\nMorning show;per spot;ZAR;1500;\n');
    const args = ['--server', server.url, '--draft', draft];
    const checked = await runCommand('import', good, ...args, '--check');
    expect(checked).toMatchObject({
      code: 0,
      out: `Read as UTF-8, separated by semicolon, into Rates: Product from Programme, Unit from Per, Currency from Ccy, Rate from Price. Not imported: Remark.
1 added, 0 changed, 0 the same, 0 refused. Nothing was changed.\n`,
    });
    const done = await runCommand('import', good, ...args, '--json');
    expect([done.code, (JSON.parse(done.out) as ImportState).state]).toEqual([0, 'committed']);
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, 'Product,Unit,Currency,Rate\nA,u,ZAR,=2\nB,u,ZAR,1\n');
    const refused = await runCommand('import', bad, ...args);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('row 2, Rate "=2"');
    expect(refused.out).toContain('Nothing was imported.');
  });

  it('[IMP-12] explains a wrong command line, an unknown draft and a server that is not there', async () => {
    const file = join(folder, 'x.csv');
    writeFileSync(file, 'Product,Unit,Currency,Rate\nA,u,ZAR,1\n');
    expect((await runCommand('import', file, '--server', server.url)).code).toBe(64);
    expect((await runCommand('import', file, '--server', server.url, '--draft', 'v-none')).code).toBe(1);
    expect((await runCommand('import', file, '--server', 'http://127.0.0.1:1', '--draft', 'v-1')).code).toBe(69);
    expect((await runCommand('import', file, '--data', join(folder, 'nothing'), '--draft', 'v-1')).code).toBe(64);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
  });
});

describe('countersign export', () => {
  it('[EXP-4] writes a bundle and the key beside it, which verify without the server; again gives the same', async () => {
    const version = await versionOf(VOLUME_CONTRACT_ID);
    const out = join(folder, 'out.bundle.json');
    const key = ['--key', join(folder, 'device.key')];
    const done = await runCommand('export', '--version', version, '--out', out, '--server', server.url, ...key);
    expect(done).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'workspace.vkey'), 'utf8').trim()).toBe(server.services.history.keys.vkeyText);
    const verified = await runCommand('verify', out);
    expect(verified.code).toBe(0);
    const bytes = readFileSync(out);
    const again = await runCommand(
      'export',
      '--version',
      version,
      '--out',
      out,
      '--data',
      server.dataDir,
      '--json',
      ...key,
    );
    expect(JSON.parse(again.out)).toMatchObject({ before: true });
    expect(readFileSync(out).equals(bytes)).toBe(true);
    const draft = await versionOf(rateCardId('vijaya_fm_np'));
    const refused = await runCommand(
      'export',
      '--version',
      draft,
      '--out',
      join(folder, 'no.json'),
      '--server',
      server.url,
      ...key,
    );
    expect(refused.code).toBe(1);
    expect(existsSync(join(folder, 'no.json'))).toBe(false);
  });
});

describe('a workspace on the command line', () => {
  it('[FACT-5] previews by id with the bytes of the API, and fsck passes on the stopped folder', async () => {
    const question = { id: VOLUME_CONTRACT_ID, period: '2020-09' };
    const running = await workspacePreview({ ...question, server: server.url });
    expect(previewJson(JSON.parse(running))).toBe(running);
    const args = ['preview', '--contract', VOLUME_CONTRACT_ID, '--period', '2020-09', '--server', server.url];
    expect(await runCommand(...args, '--json')).toMatchObject({ code: 0, out: `${running}\n` });
    expect((await runCommand(...args)).out).toContain('895,535.13');
    expect((await runCommand(...args.with(2, 'c-none'))).code).toBe(1);
    await server.stop();
    expect(await workspacePreview({ ...question, data: server.dataDir })).toBe(running);
    const checked = await runCommand('fsck', '--data', server.dataDir);
    expect([checked.code, checked.out.split('\n').filter((line) => line.includes('FAIL'))]).toEqual([0, []]);
  });
});
