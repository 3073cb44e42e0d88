// Emergency roles in words. Pure.
import type { EmergencyRole } from '@countersign/shared/access';
import type { EmergencyLine } from '@countersign/shared/protocol/api';
import { instantText, timeText } from '../../kit/index.ts';

/** What each lets its holder do. */
export const EMERGENCY_WORDS: Readonly<Record<EmergencyRole, string>> = {
  approver: 'approves what others wrote',
  exporter: 'exports executed versions',
  admin: 'shuts people out, gives nothing',
};

/** What became of a request, with the people. */
export function stateWords({ state, minutes, request, agreement, until, end }: EmergencyLine): string {
  const asked = `${request.by.name} asked ${instantText(request.at)}`;
  if (agreement === null || until === null) {
    if (state === 'asked') return `${asked} for ${minutes} minutes; nobody has agreed yet`;
    if (state === 'lapsed') return `${asked}; nobody agreed within an hour`;
    return `${asked}; ${end?.by.name ?? 'somebody'} withdrew it`;
  }
  const agreed = `${asked}, ${agreement.by.name} agreed at ${timeText(agreement.at)}`;
  if (state === 'active') return `${agreed}; ends at ${timeText(until)}`;
  const over = end === null || end.by.userId === 'u-server' ? `ran out at ${timeText(until)}` : '';
  return `${agreed}; ${over === '' ? `${end?.by.name} ended it at ${timeText(end?.at ?? until)}` : over}`;
}
