import { describe, expect, it } from 'vitest';
import type { PersonRow } from './deviceRows.ts';
import { accountActs, roleActs } from './personActs.ts';

const account = { login: 'ben', hasPassword: true, company: false, rolesFromGroups: false, sessions: 1 };
const ben: PersonRow = { userId: 'u-ben', name: 'Ben', roles: ['editor'], devices: [], account };
const admin = { userId: 'u-ada', manages: true, shutsOut: true };
const somebody = (userId: string) => ({ userId, manages: false, shutsOut: false });
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
    expect(roleActs(ben, somebody('u-eve'))).toEqual([]);
    const fromGroups = { ...ben, account: { ...account, rolesFromGroups: true } };
    expect(roleActs(fromGroups, admin)[0]?.denied).toContain('company’s groups');
  });

  it('[SCR-42] everybody looks after their own account, admins after those of others', () => {
    expect(textOf(ben, somebody('u-ben'))).toEqual(['Change password', 'Sign out everywhere']);
    expect(textOf(ben, admin)).toEqual(['Reset password', 'End all sign-ins', 'Remove from the workspace']);
    expect(textOf({ ...ben, account: { ...account, hasPassword: false } }, admin)[0]).toBe('New code to join');
    expect(textOf({ ...ben, account: undefined }, somebody('u-eve'))).toEqual([]);
    const company = { ...ben, account: { ...account, login: null, company: true, sessions: 0 } };
    expect(accountActs(company, admin).map(({ denied }) => denied)).toEqual([
      'This person has no password here.',
      null,
      null,
    ]);
  });

  it('[GLASS-12] an admin in an emergency is offered what takes away, and told why not what gives', () => {
    const emergency = { userId: 'u-eve', manages: false, shutsOut: true };
    const roles = roleActs({ ...ben, roles: ['editor', 'admin'] }, emergency);
    expect(roles.filter(({ denied }) => denied === null).map(({ text }) => text)).toEqual(['editor']);
    expect(roles.find(({ text }) => text === 'admin')?.denied).toContain('no admin’s');
    expect(textOf({ ...ben, account: undefined }, emergency)).toEqual(['End all sign-ins']);
    expect(textOf({ ...ben, userId: 'u-eve' }, emergency)).toEqual(['Change password', 'Sign out everywhere']);
  });
});
