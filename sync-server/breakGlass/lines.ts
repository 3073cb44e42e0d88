// Emergency roles as the screens, the command line and the access report show them. Owns reading the reasons and naming the people.
import type { Emergency, Signed } from '@countersign/shared/access';
import type { EmergencyLine, EmergencyLines, Need } from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import type { Actor } from '../http/actor.ts';
import type { Storage } from '../storage/index.ts';
import type { BreakGlass } from './breakGlass.ts';
import { reasonOfRow } from './reason.ts';

/** What is over for so long is in the history and not in the list. */
const SHOWN_MS = 30 * 86_400_000;
const PERMITTED = { ok: true } as const;

export interface LineServices {
  readonly storage: Pick<Storage, 'logRow'>;
  readonly people: People;
  readonly breakGlass: BreakGlass;
}

/** [GLASS-11] Requests and terms of the last 30 days, newest first, with what the caller may do. */
export async function emergencyLines(services: LineServices, actor: Actor): Promise<EmergencyLines> {
  const { ledger } = services.breakGlass;
  const now = ledger.time;
  const since = new Date(Date.parse(now) - SHOWN_MS).toISOString();
  const shown = ledger.all().filter(({ asked }) => asked.at >= since);
  const lines: EmergencyLine[] = [];
  for (const emergency of shown.toReversed()) lines.push(await lineOf(services, emergency, actor));
  return { now, lines };
}

/** Why somebody may not agree to a request or end it now, in words; null when they may. */
function faultOf(
  { people, breakGlass: { ledger } }: Omit<LineServices, 'storage'>,
  { asked: { index, leafHash: askedHash } }: Emergency,
  { userId: by }: Pick<Actor, 'userId'>,
  action: 'agree' | 'end',
): string | null {
  const asked = String(index);
  const act = action === 'agree' ? ({ action, asked, askedHash } as const) : { action, asked };
  const entry = { index: index + 1, leafHash: '', at: ledger.timeSoon, by, act };
  return ledger.fault(entry, (of) => people.user(of)?.roles ?? []);
}

/** [GLASS-17] Requests that wait for this person's agreement, newest first. */
export function emergencyNeeds(services: Omit<LineServices, 'storage'>, actor: Pick<Actor, 'userId'>): Need[] {
  const { people, breakGlass } = services;
  const waiting = breakGlass.ledger
    .all()
    .filter((emergency) => breakGlass.stateOf(String(emergency.asked.index)) === 'asked')
    .filter((emergency) => faultOf(services, emergency, actor, 'agree') === null);
  return waiting.toReversed().map(({ asked: { index, by, at }, userId, role, minutes }) => {
    const who = userId === by ? 'to be' : `that ${people.nameOf(userId)} be`;
    const term = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
    const text = `${people.nameOf(by)} asks ${who} ${role} in an emergency for ${term}. Another person has to agree.`;
    return { kind: 'breakGlass', asked: String(index), text, at };
  });
}

async function lineOf(services: LineServices, emergency: Emergency, actor: Actor): Promise<EmergencyLine> {
  const { people, breakGlass, storage } = services;
  const { asked, userId, role, minutes, agreed, until, ended } = emergency;
  const person = (id: string) => ({ userId: id, name: people.nameOf(id) });
  const did = ({ by, at, index }: Signed) => ({ by: person(by), at, index: String(index) });
  const id = String(asked.index);
  const may = (action: 'agree' | 'end') => {
    const fault = faultOf(services, emergency, actor, action);
    return fault === null ? PERMITTED : ({ ok: false, reason: fault } as const);
  };
  return {
    asked: id,
    askedHash: asked.leafHash,
    person: person(userId),
    role,
    minutes,
    reason: reasonOfRow(await storage.logRow(asked.index)),
    state: breakGlass.stateOf(id) ?? 'ended',
    request: did(asked),
    agreement: agreed === null ? null : did(agreed),
    until,
    end: ended === null ? null : did(ended),
    can: { agree: may('agree'), end: may('end') },
  };
}
