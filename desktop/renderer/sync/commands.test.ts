import 'fake-indexeddb/auto';
import type { CommandDone, VersionDetail } from '@countersign/shared/protocol/api';
import { expect, test } from 'vitest';
import { browserHost } from '../../host/browser.ts';
import { Offline } from '../api/index.ts';
import { openDatabase } from '../storage/index.ts';
import { Commands, type CommandsOptions } from './commands.ts';
import { askingAct } from './emergencyActs.ts';
import { systemRuntime } from './runtime.ts';

const detail = {
  summary: { versionId: 'v-1', number: 'N-1', title: 'Spring', sequence: 1 },
  contentHash: 'a'.repeat(64),
  authors: [],
  submittedIndex: null,
} as unknown as VersionDetail;

/** A window of the profile, and the numbers of the entries that reach the server. */
async function windowOf(profile: string, sent: string[], lost = new Set<string>()): Promise<Commands> {
  const options: CommandsOptions = {
    db: await openDatabase(profile),
    api: {
      version: async () => detail,
      command: async (_versionId, _kind, { body }) => {
        const { entry } = JSON.parse(body) as { entry: string };
        sent.push((JSON.parse(atob(entry)) as { seq: string }).seq);
        return {} as CommandDone;
      },
      emergencies: {
        list: async () => ({ now: '', lines: [] }),
        act: async (_path, body) => {
          const { entry } = JSON.parse(body) as { entry: string };
          sent.push((JSON.parse(atob(entry)) as { seq: string }).seq);
          if (lost.delete('next')) throw new Offline();
        },
      },
    },
    host: {
      ...browserHost({ serverUrl: 'http://127.0.0.1' }),
      confirm: async () => true,
      deviceKey: {
        publicKey: async () => new Uint8Array(32),
        renew: async () => null,
        sign: async () => new Uint8Array(64),
      },
    },
    runtime: systemRuntime,
    locks: navigator.locks,
    signer: async () => ({ workspaceId: 'w-1', userId: 'u-1', deviceId: 'd-1', seen: null, commandEpoch: 'c1' }),
    policyHash: async () => '',
    relearnChain: async () => undefined,
  };
  return new Commands(options);
}

test('[CLI-9] two windows that command at one moment use two places of the chain', async () => {
  const sent: string[] = [];
  const windows = [await windowOf('turns', sent), await windowOf('turns', sent)];
  await Promise.all(windows.map((commands) => commands.run('v-1', 'execute', {})));
  expect(sent).toEqual(['0', '1']);
});

test('[GLASS-14] [CLI-9] an act about an emergency role whose answer was lost is sent again as it was, before anything else is signed', async () => {
  const sent: string[] = [];
  const commands = await windowOf('emergency', sent, new Set(['next']));
  const asked = {
    userId: 'u-1',
    name: 'Ops',
    role: 'approver',
    minutes: 15,
    reason: 'Nobody can be reached.',
  } as const;
  await expect(commands.actInEmergency(askingAct(asked))).rejects.toThrow(Offline);
  await commands.run('v-1', 'execute', {});
  expect(sent).toEqual(['0', '0', '1']);
});
