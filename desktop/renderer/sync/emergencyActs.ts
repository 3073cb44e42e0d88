// What a person signs to ask for, agree to or end a role in an emergency. Owns the payloads and the words of the confirmation; signing and
// sending are the commands'.
import type { EmergencyRole } from '@countersign/shared/access';
import { utf8 } from '@countersign/shared/history';
import type { EmergencyLine } from '@countersign/shared/protocol/api';

/** Kind of the entry, and of the record kept while its answer is out. */
export const BREAK_GLASS = 'breakGlass';

export interface EmergencyAct {
  /** Where it is sent. */
  readonly path: string;
  readonly part0: unknown;
  readonly parts: readonly Uint8Array[];
  readonly title: string;
  readonly lines: readonly string[];
  /** What the button says that agrees to signing. */
  readonly action: string;
}

export interface EmergencyRequest {
  readonly userId: string;
  readonly name: string;
  readonly role: EmergencyRole;
  readonly minutes: number;
  readonly reason: string;
}

export function askingAct({ userId, name, role, minutes, reason }: EmergencyRequest): EmergencyAct {
  return {
    path: '/break-glass',
    part0: { action: 'ask', userId, role, minutes },
    parts: [utf8(reason)],
    title: `Ask that ${name} be ${role} in an emergency`,
    lines: [`For ${minutes} minutes once another person agrees`, reason],
    action: 'Ask',
  };
}

export function agreeingAct({ asked, askedHash, person, role, minutes, reason }: EmergencyLine): EmergencyAct {
  return {
    path: `/break-glass/${asked}/agree`,
    part0: { action: 'agree', asked, askedHash },
    parts: [],
    title: `Agree that ${person.name} is ${role} in an emergency`,
    lines: [`For ${minutes} minutes from now`, reason],
    action: 'Agree',
  };
}

export function endingAct({ asked, person, role, state }: EmergencyLine): EmergencyAct {
  return {
    path: `/break-glass/${asked}/end`,
    part0: { action: 'end', asked },
    parts: [],
    title: state === 'asked' ? 'Withdraw the request' : `End the emergency role of ${person.name}`,
    lines: [`${person.name}, ${role}`],
    action: state === 'asked' ? 'Withdraw' : 'End',
  };
}
