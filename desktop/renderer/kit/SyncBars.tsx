// The honest sync status as three bars and words (DESIGN §3). Owns the words for a status; must not know sockets or queues.
import type { SyncStatus } from '../sync/draftSession.ts';
import type { OfflineGrant } from '../sync/offlineGrant.ts';
import { countOf } from './amount.ts';
import { whenText } from './dates.ts';
import { offlineNote, offlineSentence } from './offlineWords.ts';

const STAGE_BARS = { notKept: 0, onThisComputer: 1, stored: 2, verified: 3 } as const;
const STAGE_WORDS = {
  notKept: 'Saving',
  onThisComputer: 'On this computer',
  stored: 'Stored',
  verified: 'Verified',
} as const;

/** Bars and word for a status. */
export function syncWords(status: SyncStatus): { bars: 0 | 1 | 2 | 3; word: string; time: string; trouble: boolean } {
  return {
    bars: STAGE_BARS[status.stage],
    // A disk that refuses is not saving.
    word: status.stage === 'notKept' && status.trouble !== null ? 'Not kept' : STAGE_WORDS[status.stage],
    time: status.at === null ? '' : whenText(status.at),
    trouble: status.trouble !== null,
  };
}

/** The whole truth in a sentence or two. */
export function syncSentence(status: SyncStatus, grant: OfflineGrant | null = null): string {
  return `${syncWords(status).word}. ${syncRemarks(status, grant)}`.trimEnd();
}

/** What the word alone does not say: for a screen reader, beside the word. */
export function syncRemarks(status: SyncStatus, grant: OfflineGrant | null = null): string {
  const said: string[] = [];
  if (status.stage === 'notKept') said.push('The last change is in this window and not on the disk yet.');
  if (status.waiting > 0) {
    const oldest = status.oldestWaitingAt === null ? '' : `, oldest ${whenText(status.oldestWaitingAt)}`;
    const verb = status.waiting === 1 ? 'waits' : 'wait';
    said.push(`${countOf(status.waiting, 'change')} ${verb} for the network${oldest}.`);
  }
  if (status.connection === 'offline') said.push('The server cannot be reached.');
  const ending = offlineSentence(grant);
  if (ending !== null) said.push(ending);
  else if (status.connection === 'offline') said.push('Work goes on here and is sent later.');
  if (status.connection === 'connecting') said.push('Connecting to the server.');
  if (status.trouble !== null) said.push(status.trouble);
  return said.join(' ');
}

/** Three bars, the stage in words and the time it was reached. */
export function SyncBars({ status, grant }: { readonly status: SyncStatus; readonly grant: OfflineGrant | null }) {
  const ending = offlineNote(grant);
  const { bars, word, time, trouble } = syncWords(status);
  return (
    <span className={`sync${trouble ? ' trouble' : ''}`}>
      <span className="bars" aria-hidden="true">
        {[1, 2, 3].map((bar) => (
          <i key={bar} className={bar <= bars ? 'on' : ''} />
        ))}
      </span>
      <span className="sync-word medium">{word}</span>
      {time !== '' && <span className="muted">{time}</span>}
      {(status.connection === 'offline' || ending !== null) && (
        <span className="warn">{ending ?? 'server not reached'}</span>
      )}
    </span>
  );
}
