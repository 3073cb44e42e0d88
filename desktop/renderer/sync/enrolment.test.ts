import 'fake-indexeddb/auto';
import { afterEach, describe, expect, test } from 'vitest';
import { browserHost } from '../../host/browser.ts';
import { DeviceKeyStore } from '../../host/deviceKeyStore.ts';
import { Offline } from '../api/index.ts';
import { openDatabase } from '../storage/index.ts';
import { Enrolment } from './enrolment.ts';

const open: Enrolment[] = [];
afterEach(async () => {
  for (const enrolment of open.splice(0)) await enrolment.close();
});

/** An enrolment, and how the server answers it. */
async function enrolmentOf(
  name: string,
): Promise<{ enrolment: Enrolment; server: { asked: number; isAway: boolean } }> {
  const server = { asked: 0, isAway: false };
  const enrolment = new Enrolment({
    db: await openDatabase(name),
    host: browserHost({ serverUrl: 'http://127.0.0.1', keys: new DeviceKeyStore(`${name}-keys`) }),
    api: {
      enrol: async () => {
        server.asked += 1;
        if (server.isAway) throw new Offline();
        return { deviceId: 'd-one', commandEpoch: 'c1', index: '4', commandChain: { nextSeq: '0', prevDev: '' } };
      },
    },
    userId: 'u-ops',
  });
  await enrolment.load();
  open.push(enrolment);
  return { enrolment, server };
}

describe('the enrolment of this computer', () => {
  test('[SYNC-52] is asked for once and kept', async () => {
    const { enrolment, server } = await enrolmentOf('kept');
    await enrolment.enrol();
    await enrolment.enrol();
    expect([enrolment.device?.deviceId, server.asked]).toEqual(['d-one', 1]);
  });

  test('[SYNC-52] is asked for again when the answer to a session’s first question was lost: a restored server may have forgotten it', async () => {
    const { enrolment, server } = await enrolmentOf('lost');
    await enrolment.enrol();
    server.isAway = true;
    await expect(enrolment.confirm()).rejects.toThrow(Offline);
    await expect(enrolment.enrol()).rejects.toThrow(Offline);
    server.isAway = false;
    await enrolment.enrol();
    await enrolment.enrol();
    expect(server.asked).toBe(4);
  });
});
