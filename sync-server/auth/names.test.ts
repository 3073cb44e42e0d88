import type { Problem } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { createLog } from '../telemetry/index.ts';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';

/** Names that are not what they look like. */
const DISGUISED = ['Ann\nadmin granted', 'Ann\u001b[2K', 'Ann\u202Egnp.exe', 'Ann\u2028x', 'A\u0000b', 'Ann\rx'];

describe('names', () => {
  it('[AUTH-37] that end a line, move a cursor or turn the direction are refused for people, devices, tokens and contracts', async () => {
    const server = await serverOfTest();
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const size = server.services.history.size;
    for (const name of DISGUISED) {
      const asked = [
        await admin.post<Problem>('/people', { name, login: 'ann', roles: [] }),
        await admin.post<Problem>('/service-tokens', { name, scopes: ['exports:read'], days: 1 }),
        await ops.post<Problem>('/devices', { name, publicKey: 'AAAA' }),
        await ops.post<Problem>('/contracts', { kind: 'CONTRACT', number: '1', title: name, counterparty: 'C' }),
      ];
      for (const { status, body } of asked) {
        expect(status, JSON.stringify(name)).toBe(400);
        expect(body.detail).toContain('a character that is not shown');
      }
    }
    expect(server.services.history.size).toBe(size);
    const plain = { name: 'Zoë O’Neil-Ångström 張 (مراجع)', login: 'zoe', roles: [] };
    expect((await admin.post('/people', plain)).status).toBe(201);
  });

  it('[AUTH-37] and whatever else somebody sends make one line of the server’s log', () => {
    const lines: string[] = [];
    const log = createLog('info', false, (line) => lines.push(line));
    log.warn('refused', { error: 'denied\n2026-11-21T00:00:00.000Z info  signed in user=u-admin\u001b[1A' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
    expect(lines[0]).toContain('denied\\u000a2026');
  });
});
