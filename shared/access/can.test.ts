import { VERSION_STATES } from '@countersign/shared/model';
import { roleSchema, serviceScopeSchema } from '@countersign/shared/protocol/api';
import { describe, expect, test } from 'vitest';
import { type AccessCommand, COMMANDS, can, ROLES, type Role, SERVICE_SCOPES } from './index.ts';

/** Written out by hand from DESIGN §11 and SECURITY §6: role → what it may do, and in which states. */
const MATRIX: Record<Role, Partial<Record<AccessCommand, readonly string[] | 'any'>>> = {
  viewer: { read: 'any' },
  reviewer: {
    read: 'any',
    edit: ['DRAFT'],
    comment: ['DRAFT', 'IN_REVIEW'],
    requestChanges: ['IN_REVIEW'],
    askBreakGlass: 'any',
  },
  editor: {
    read: 'any',
    edit: ['DRAFT'],
    comment: ['DRAFT', 'IN_REVIEW'],
    import: ['DRAFT'],
    submit: ['DRAFT'],
    withdraw: ['IN_REVIEW'],
    reopen: ['IN_REVIEW', 'APPROVED'],
    execute: ['APPROVED'],
    amend: ['EXECUTED'],
    terminate: ['EXECUTED'],
    readExports: 'any',
    askBreakGlass: 'any',
  },
  approver: {
    read: 'any',
    comment: ['DRAFT', 'IN_REVIEW'],
    requestChanges: ['IN_REVIEW'],
    reopen: ['IN_REVIEW', 'APPROVED'],
    approve: ['IN_REVIEW'],
    execute: ['APPROVED'],
    readExports: 'any',
    askBreakGlass: 'any',
    agreeBreakGlass: 'any',
  },
  exporter: {
    read: 'any',
    export: ['EXECUTED'],
    readExports: 'any',
    askBreakGlass: 'any',
    agreeBreakGlass: 'any',
  },
  auditor: { read: 'any', readLog: 'any', readExports: 'any', readTokens: 'any' },
  admin: {
    read: 'any',
    readLog: 'any',
    readTokens: 'any',
    managePeople: 'any',
    revokeAccess: 'any',
    askBreakGlass: 'any',
    agreeBreakGlass: 'any',
  },
};

const cells = ROLES.flatMap((role) =>
  COMMANDS.flatMap((command) => VERSION_STATES.map((state) => ({ role, command, state }))),
);

describe('can', () => {
  test.each(cells)('[ACC-3] $role, $command, $state', ({ role, command, state }) => {
    const states = MATRIX[role][command];
    // Everybody who reads a document reads its history.
    const expected = command === 'readLog' || states === 'any' || (states?.includes(state) ?? false);
    const answer = can({ userId: 'u', roles: [role] }, command, { state, kind: 'CONTRACT' });
    expect(answer.ok).toBe(expected);
    if (!answer.ok) expect(answer.reason).toMatch(/^[A-Z].+\.$/);
  });

  test.each(COMMANDS)('[ACC-1] somebody without a role may not %s', (command) => {
    expect(can({ userId: 'u', roles: [] }, command, { state: 'DRAFT', kind: 'CONTRACT' })).toEqual({
      ok: false,
      reason: 'You have no role in this workspace. Ask an admin for one.',
    });
  });

  test('[ACC-1] roles add up, and the workspace’s history is for auditors and admins', () => {
    expect(
      can({ userId: 'u', roles: ['editor', 'exporter'] }, 'export', { state: 'EXECUTED', kind: 'CONTRACT' }).ok,
    ).toBe(true);
    expect(can({ userId: 'u', roles: ['auditor'] }, 'readLog').ok).toBe(true);
    expect(can({ userId: 'u', roles: ['editor'] }, 'readLog').ok).toBe(false);
  });

  test('[ACC-3] a refusal says whom to ask, or what to do first', () => {
    const draft = { state: 'DRAFT', kind: 'CONTRACT' } as const;
    const answer = (roles: Role[], command: AccessCommand, state = draft.state as (typeof VERSION_STATES)[number]) => {
      const given = can({ userId: 'u', roles }, command, { state, kind: 'CONTRACT' });
      return given.ok ? 'ok' : given.reason;
    };
    expect(answer(['reviewer'], 'submit')).toBe('Reviewers edit drafts but do not submit them. Ask an editor.');
    expect(answer(['auditor'], 'edit')).toBe('Auditors read everything and change nothing. Ask an editor.');
    expect(answer(['admin'], 'edit')).toBe('Admins manage people and keys, not contracts. Ask an editor.');
    expect(answer(['editor'], 'edit', 'IN_REVIEW')).toBe(
      'This version is in review, so it cannot be edited. Request changes or withdraw it, then edit.',
    );
    expect(answer(['exporter'], 'export', 'APPROVED')).toBe(
      'This version is approved, so it cannot be exported. Execute it first.',
    );
    expect(answer(['editor'], 'edit', 'SUPERSEDED')).toContain('Open the version that is in force.');
  });

  test('[ACC-2] a command on a version needs a version', () => {
    expect(can({ userId: 'u', roles: ['editor'] }, 'edit')).toEqual({ ok: false, reason: 'Open a version first.' });
    expect(can({ userId: 'u', roles: ['admin'] }, 'managePeople').ok).toBe(true);
  });

  test('[ACC-4] a viewer reads the history of a document and not of the workspace', () => {
    const viewer = { userId: 'u', roles: ['viewer'] as const };
    expect(can(viewer, 'readLog', { state: 'DRAFT', kind: 'CONTRACT' }).ok).toBe(true);
    expect(can(viewer, 'readLog').ok).toBe(false);
  });

  test('[ACC-6] a program with a scope may do what the scope names, and nothing else', () => {
    for (const command of COMMANDS) {
      const program = { userId: 's-1', roles: [], scopes: SERVICE_SCOPES };
      for (const state of VERSION_STATES)
        expect(can(program, command, { state, kind: 'CONTRACT' }).ok, command).toBe(command === 'readExports');
    }
    expect(can({ userId: 's-1', roles: [], scopes: [] }, 'readExports').ok).toBe(false);
    expect(serviceScopeSchema.options).toEqual(SERVICE_SCOPES);
  });

  test('[ACC-5] the roles are those of the wire', () => {
    expect(roleSchema.options).toEqual(ROLES);
  });
});
