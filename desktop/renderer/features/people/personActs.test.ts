import { describe, expect, it } from 'vitest';
import type { PersonRow } from './deviceRows.ts';
import { accountActs, roleActs } from './personActs.ts';

const account = { login: 'ben', hasPassword: true, company: false, rolesFromGroups: false, sessions: 1 };
const ben: PersonRow = { userId: 'u-ben', name: 'Ben', roles: ['editor'], devices: [], account };
const admin = { userId: 'u-ada', admin: true };
const textOf = (person: PersonRow, viewer: typeof admin) => accountActs(person, viewer).map(({ text }) => text);

describe('what may be done to a person', () => {
  it('[SCR-42] an admin gives and takes roles of others, never their own, and not those of groups', () => {
    const acts = roleActs(ben, admin);
    expect(acts.find(({ text }) => text === 'editor')).toMatchObject({
      held: true,
      act: { action: 'revoke' },
      denied: null,
    });
    expect(acts.find(({ text }) => text === 'viewer')).toMatchObject({ held: false, act: { action: 'grant' } });
    expect(roleActs({ ...ben, userId: 'u-ada' }, admin)[0]?.denied).toContain('Nobody changes their own roles');
    const fromGroups = { ...ben, account: { ...account, rolesFromGroups: true } };
    expect(roleActs(fromGroups, admin)[0]?.denied).toContain('company’s groups');
  });

  it('[SCR-42] everybody looks after their own account, admins after those of others', () => {
    expect(textOf(ben, { userId: 'u-ben', admin: false })).toEqual(['Change password', 'Sign out everywhere']);
    expect(textOf(ben, admin)).toEqual(['Reset password', 'End all sign-ins', 'Remove from the workspace']);
    expect(textOf({ ...ben, account: { ...account, hasPassword: false } }, admin)[0]).toBe('New code to join');
    expect(textOf({ ...ben, account: undefined }, { userId: 'u-eve', admin: false })).toEqual([]);
    const company = { ...ben, account: { ...account, login: null, company: true, sessions: 0 } };
    expect(accountActs(company, admin).map(({ denied }) => denied)).toEqual([
      'This person has no password here.',
      null,
      null,
    ]);
  });
});
