import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmergencyLines } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../testKit/commandLine.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-glass-cli-'));
const WHY = 'Both approvers are on one plane until the evening.';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const run = (user: string, ...args: readonly string[]) =>
  runCommand('break-glass', ...args, '--server', server.url, '--user', user, '--key', join(folder, `${user}.key`));

describe('countersign break-glass', () => {
  it('[GLASS-16] asks, agrees, lists and ends, and the access report and its CSV name the term', async () => {
    const asked = await run('u-ops', 'ask', '--role', 'approver', '--minutes', '15', '--reason', WHY, '--json');
    expect([asked.code, asked.err]).toEqual([0, '']);
    const [line] = (JSON.parse(asked.out) as EmergencyLines).lines;
    expect(line).toMatchObject({ state: 'asked', role: 'approver', minutes: 15, reason: WHY });
    const request = ['--request', line?.asked ?? ''];
    expect(await run('u-ops', 'agree', ...request)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Ask one of'),
    });
    const agreed = await run('u-exporter', 'agree', ...request);
    expect(agreed).toMatchObject({
      code: 0,
      out: expect.stringContaining('ACTIVE  Ops (u-ops), approver for 15 minutes'),
    });
    expect(await run('u-admin', 'end', ...request)).toMatchObject({
      code: 0,
      out: expect.stringContaining('ended it'),
    });
    expect(await run('u-admin', 'end', ...request)).toMatchObject({
      code: 1,
      err: expect.stringContaining('over already'),
    });
    const report = await runCommand('access-report', '--server', server.url);
    expect(report.out).toMatch(
      /In an emergency Ops \(u-ops\) was approver from .*: u-ops asked, Exporter agreed .*plane/,
    );
    const json = await runCommand('access-report', '--server', server.url, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ emergencies: [{ id: 'u-ops', agreedBy: 'u-exporter', reason: WHY }] });
    const csv = join(folder, 'access.csv');
    expect((await runCommand('access-report', '--server', server.url, '--csv', csv)).code).toBe(0);
    expect(readFileSync(csv, 'utf8')).toMatch(/^u-ops,Ops,person,,approver \(emergency\),.*,u-exporter,Exporter,/m);
  });

  it('[GLASS-16] explains a wrong command line', async () => {
    expect((await run('u-ops', 'break')).code).toBe(64);
    expect((await run('u-ops', 'ask', '--role', 'editor', '--reason', WHY)).code).toBe(64);
    expect((await run('u-ops', 'ask', '--role', 'admin')).code).toBe(64);
    expect((await run('u-ops', 'ask', '--role', 'admin', '--reason', WHY, '--minutes', '0')).code).toBe(64);
    expect((await run('u-ops', 'agree', '--request', '999999')).code).toBe(64);
    expect((await runCommand('break-glass', '--help')).out).toContain('countersign break-glass ask');
  });
});
