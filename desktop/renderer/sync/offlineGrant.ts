// How long a computer goes on editing without the server (SECURITY §6, docs/adr/0016). Owns the arithmetic over what this computer's clock
// showed; pure. When the server was heard knows `grantKeeper.ts`.
import type { GrantRecord } from '../storage/index.ts';

const DAY_MS = 86_400_000;
/** [SYNC-53] Days of editing without a confirmation by the server. */
const GRANT_DAYS = 14;
/** [SYNC-55] Days after which a person is told that editing will end. */
const WARN_DAYS = 12;

export interface OfflineGrant {
  /** `ending` from day 12 on; `ended` when nothing may be changed here until the server was heard. */
  readonly state: 'good' | 'ending' | 'ended';
  /** When the server was last heard; ISO instant of this computer. */
  readonly since: string;
  /** When editing here ends, or ended, if time goes on as it does now; ISO instant of this computer. */
  readonly until: string;
}

/** Editing was refused because the server did not confirm person and computer for 14 days. Nothing that was done is lost. */
export class OfflineGrantEnded extends Error {
  override readonly name = 'OfflineGrantEnded';
  constructor() {
    super(
      `This computer has not reached the server for ${GRANT_DAYS} days, so nothing can be changed here until it does. Your work is kept and is sent then. Connect once to go on.`,
    );
  }
}

/** The server confirmed person and computer at `now`, Unix milliseconds of this computer. */
export function confirmedAt(now: number): GrantRecord {
  return { id: 'current', confirmedAt: now, spentMs: 0, lookedAt: now, highestAt: now };
}

/**
 * [SYNC-54] Counts the time since the last look. What was spent never becomes less: a clock that was set back counts on from where it stands,
 * and at or past the highest time ever seen it counts from there, so that a clock that is set right again is not taken for years that went by.
 */
export function looked(held: GrantRecord, now: number): GrantRecord {
  const from = now >= held.highestAt ? held.highestAt : held.lookedAt;
  return {
    ...held,
    spentMs: held.spentMs + Math.max(0, now - from),
    lookedAt: now,
    highestAt: Math.max(held.highestAt, now),
  };
}

/** What stands at `now`, Unix milliseconds of this computer. */
export function grantAt(held: GrantRecord, now: number): OfflineGrant {
  const { spentMs, confirmedAt } = looked(held, now);
  const left = GRANT_DAYS * DAY_MS - spentMs;
  const state = left <= 0 ? 'ended' : spentMs >= WARN_DAYS * DAY_MS ? 'ending' : 'good';
  return { state, since: new Date(confirmedAt).toISOString(), until: new Date(now + left).toISOString() };
}
