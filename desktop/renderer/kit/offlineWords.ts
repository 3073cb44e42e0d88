// What people are told about editing without the server: that it will end, or has ended. Owns the words; when it ends is the engine's.
import type { OfflineGrant } from '../sync/offlineGrant.ts';
import { timeText, whenText } from './dates.ts';

/** `on 23 Nov`, or `at 9:14` today. `now` is an ISO instant. */
function momentText(instant: string, now: string): string {
  const when = whenText(instant, now);
  return `${when === timeText(instant) ? 'at' : 'on'} ${when}`;
}

/** [SYNC-55] A few words for the status, `editing here ends on 23 Nov`; null while nothing needs to be said. */
export function offlineNote(grant: OfflineGrant | null, now: string = new Date().toISOString()): string | null {
  if (grant === null || grant.state === 'good') return null;
  return `editing here ${grant.state === 'ending' ? 'ends' : 'ended'} ${momentText(grant.until, now)}`;
}

/** [SYNC-55] The same as a sentence, with what is kept and the way on. */
export function offlineSentence(grant: OfflineGrant | null, now: string = new Date().toISOString()): string | null {
  const note = offlineNote(grant, now);
  if (note === null || grant === null) return null;
  const kept = grant.state === 'ended' ? '; what you did is kept and is sent then' : '';
  return `Offline since ${whenText(grant.since, now)}; ${note}. Connect once to go on${kept}.`;
}
