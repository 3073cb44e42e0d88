// Break-glass acts of test people. Owns signing and sending them as a client does.
import { toBase64, utf8, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import type { ActDone, EmergencyLine, EmergencyLines } from '@countersign/shared/protocol/api';
import type { Answer, TestPerson } from './testPerson.ts';

export const REASON = 'Both approvers are on one plane until the evening.';

type Acted = Answer<ActDone & { code?: string; detail?: string }>;

async function send(person: TestPerson, path: string, part0: unknown, reason?: string): Promise<Acted> {
  const head = person.device.head();
  const parts = reason === undefined ? [] : [utf8(reason)];
  const signed = person.device.sign('breakGlass', WORKSPACE_DOCUMENT, part0, parts);
  const answer: Acted = await person.post(path, {
    entry: toBase64(signed.bytes),
    signature: toBase64(signed.signature),
    payload: toBase64(signed.payload),
  });
  if (answer.status !== 200) person.device.rewind('c1', head);
  return answer;
}

export interface Asked {
  readonly userId?: string;
  readonly role?: string;
  readonly minutes?: number;
  readonly reason?: string;
}

/** Asks for a role, for oneself when nobody else is named. */
export function ask(person: TestPerson, asked: Asked = {}): Promise<Acted> {
  const { userId = person.userId, role = 'approver', minutes = 30, reason = REASON } = asked;
  return send(person, '/break-glass', { action: 'ask', userId, role, minutes }, reason);
}

/** The newest request or term as somebody sees it. */
export async function newest(person: TestPerson): Promise<EmergencyLine> {
  const { body } = await person.get<EmergencyLines>('/break-glass');
  const [line] = body.lines;
  if (line === undefined) throw new Error('nobody asked for a role');
  return line;
}

export async function agree(person: TestPerson): Promise<Acted> {
  const { asked, askedHash } = await newest(person);
  return send(person, `/break-glass/${asked}/agree`, { action: 'agree', asked, askedHash });
}

export async function end(person: TestPerson): Promise<Acted> {
  const { asked } = await newest(person);
  return send(person, `/break-glass/${asked}/end`, { action: 'end', asked });
}
