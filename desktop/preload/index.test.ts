// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import type { CountersignHost } from '../host/contract.ts';

const bridge = vi.hoisted(() => ({ exposed: {} as Record<string, unknown>, sent: [] as unknown[][] }));
vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, value: unknown) => {
      bridge.exposed[name] = value;
    },
  },
  ipcRenderer: {
    invoke: async (...message: unknown[]) => {
      bridge.sent.push(message);
    },
  },
}));

describe('the preload', () => {
  it('[ELE-15] exposes the host contract by name and no way to send anything else', async () => {
    process.argv.push('--countersign-server=http://127.0.0.1:9');
    await import('./index.ts');
    expect(Object.keys(bridge.exposed)).toEqual(['countersignHost']);
    const host = bridge.exposed.countersignHost as CountersignHost;
    expect(Object.keys(host).sort()).toEqual([
      'companySignIn',
      'confirm',
      'deviceKey',
      'files',
      'openExternal',
      'platform',
      'serverUrl',
      'theme',
    ]);
    expect(host.serverUrl).toBe('http://127.0.0.1:9');
    await host.deviceKey.sign(new Uint8Array([1]));
    await host.openExternal('https://example.com');
    expect(bridge.sent).toEqual([
      ['deviceKey:sign', new Uint8Array([1])],
      ['host:openExternal', 'https://example.com'],
    ]);
  });
});
