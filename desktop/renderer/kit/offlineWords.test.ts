import { describe, expect, it } from 'vitest';
import type { SyncStatus } from '../sync/draftSession.ts';
import type { OfflineGrant } from '../sync/offlineGrant.ts';
import { offlineNote, offlineSentence } from './offlineWords.ts';
import { syncSentence } from './SyncBars.tsx';

const NOW = '2026-11-21T12:00:00.000Z';
const grant = (state: OfflineGrant['state']): OfflineGrant => ({
  state,
  since: '2026-11-09T12:00:00.000Z',
  until: '2026-11-23T12:00:00.000Z',
});
const offline: SyncStatus = {
  stage: 'stored',
  at: null,
  waiting: 0,
  oldestWaitingAt: null,
  connection: 'offline',
  trouble: null,
};

describe('the end of editing without the server, in words', () => {
  it('[SYNC-55] is said from the warning on, with since when, until when and the way on', () => {
    expect(offlineNote(grant('good'), NOW)).toBeNull();
    expect(offlineSentence(null, NOW)).toBeNull();
    expect(offlineSentence(grant('ending'), NOW)).toMatch(
      /^Offline since .*9.*; editing here ends on .*23.*\. Connect once to go on\.$/,
    );
    expect(offlineNote(grant('ending'), '2026-11-23T09:00:00.000Z')).toMatch(/^editing here ends at /);
    expect(offlineSentence(grant('ended'), NOW)).toMatch(
      /editing here ended on .*\. Connect once to go on; what you did is kept and is sent then\.$/,
    );
  });

  it('[SYNC-55] [UI-26] takes the place of the word that work goes on', () => {
    expect(syncSentence(offline, grant('good'))).toContain('Work goes on here and is sent later.');
    const ended = syncSentence(offline, grant('ended'));
    expect(ended).toContain('The server cannot be reached. Offline since');
    expect(ended).not.toContain('Work goes on');
  });
});
