import { describe, expect, it } from 'vitest';
import type { SyncStatus } from '../sync/draftSession.ts';
import { syncSentence, syncWords } from './SyncBars.tsx';

const status = (patch: Partial<SyncStatus>): SyncStatus => ({
  stage: 'verified',
  at: null,
  waiting: 0,
  oldestWaitingAt: null,
  connection: 'online',
  trouble: null,
  ...patch,
});

describe('sync status in words', () => {
  it('[UI-25] three bars for three stages', () => {
    expect(syncWords(status({ stage: 'onThisComputer' }))).toMatchObject({ bars: 1, word: 'On this computer' });
    expect(syncWords(status({ stage: 'notKept' }))).toMatchObject({ bars: 0, word: 'Saving' });
    expect(syncWords(status({ stage: 'notKept', trouble: 'The disk is full.' })).word).toBe('Not kept');
    expect(syncWords(status({ stage: 'stored' }))).toMatchObject({ bars: 2, word: 'Stored' });
    expect(syncWords(status({}))).toMatchObject({ bars: 3, word: 'Verified', trouble: false });
  });

  it('[UI-26] says what waits, that the server is away, and the trouble with its way on', () => {
    const text = syncSentence(
      status({
        stage: 'onThisComputer',
        waiting: 3,
        connection: 'offline',
        trouble: 'The disk is full. Free some space.',
      }),
    );
    expect(text).toContain('On this computer. 3 changes wait for the network.');
    expect(text).toContain('The server cannot be reached. Work goes on here and is sent later.');
    expect(text).toContain('The disk is full. Free some space.');
    expect(syncWords(status({ trouble: 'The disk is full. Free some space.' })).trouble).toBe(true);
  });
});
