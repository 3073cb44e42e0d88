// What may be done to a person, and why not, by who looks at them. Pure; the screen asks and does.
import { ROLES } from '@countersign/shared/protocol/api';
import type { PersonRow } from './deviceRows.ts';
import { ROLE_WORDS, type Role } from './roleWords.ts';

export interface Viewer {
  readonly userId: string;
  /** Adds people, gives roles, makes tokens: an admin in their own right. */
  readonly manages: boolean;
  /** Takes roles, sign-ins, keys and tokens away: an admin, and nothing else that an admin in an emergency does (GLASS-12). */
  readonly shutsOut: boolean;
}

export type PersonAct =
  | { readonly kind: 'role'; readonly role: Role; readonly action: 'grant' | 'revoke' }
  | { readonly kind: 'code' | 'password' | 'endSessions' | 'remove' };

export interface OfferedAct {
  readonly act: PersonAct;
  readonly text: string;
  /** Held roles are ticked. */
  readonly held?: boolean;
  readonly note?: string;
  /** Why it cannot be done; null when it can. */
  readonly denied: string | null;
  readonly danger?: boolean;
}

/** [SCR-42] Roles of somebody, for the menu of an admin; nothing for somebody else's eyes. */
export function roleActs(person: PersonRow, viewer: Viewer): OfferedAct[] {
  if (!viewer.shutsOut) return [];
  const never =
    person.userId === viewer.userId
      ? 'Nobody changes their own roles. Ask another admin.'
      : person.account?.rolesFromGroups === true
        ? 'These roles follow the company’s groups. Change them there.'
        : null;
  return ROLES.map((role) => {
    const held = person.roles.includes(role);
    const act = { kind: 'role', role, action: held ? 'revoke' : 'grant' } as const;
    const onlyTakes =
      viewer.manages || (held && role !== 'admin') ? null : 'In an emergency roles are only taken, and no admin’s.';
    const denied = never ?? onlyTakes;
    return { act, text: role, held, note: ROLE_WORDS[role], denied };
  });
}

/** [SCR-42] What else may be done; nothing for somebody else's eyes. */
export function accountActs(person: PersonRow, viewer: Viewer): OfferedAct[] {
  const self = person.userId === viewer.userId;
  const { account } = person;
  const end: OfferedAct = {
    act: { kind: 'endSessions' },
    text: self ? 'Sign out everywhere' : 'End all sign-ins',
    // Never denied by a count: the list may be older than somebody's sign-in.
    denied: null,
  };
  if (!self && !viewer.manages) return viewer.shutsOut ? [end] : [];
  if (account === undefined) return [];
  const local = account.login !== null;
  if (self) {
    return local ? [{ act: { kind: 'password' }, text: 'Change password', denied: null }, end] : [end];
  }
  return [
    {
      act: { kind: 'code' },
      text: account.hasPassword ? 'Reset password' : 'New code to join',
      denied: local ? null : 'This person has no password here.',
    },
    end,
    { act: { kind: 'remove' }, text: 'Remove from the workspace', denied: null, danger: true },
  ];
}
