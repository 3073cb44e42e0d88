// Who may ask for what. Owns the roles and the commands each one grants (DESIGN §11, SECURITY §6); must not know states.

export const ROLES = ['viewer', 'reviewer', 'editor', 'approver', 'exporter', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What moves a version through its life, or lets it out, and is asked for by a person. */
export const VERSION_COMMANDS = [
  'submit',
  'requestChanges',
  'withdraw',
  'reopen',
  'approve',
  'execute',
  'amend',
  'terminate',
  'export',
] as const;
export type VersionCommand = (typeof VERSION_COMMANDS)[number];

/** Everything a person can ask for. */
export const COMMANDS = [
  'read',
  'edit',
  'comment',
  'import',
  ...VERSION_COMMANDS,
  'readLog',
  'readExports',
  'readTokens',
  'managePeople',
  'revokeAccess',
  'askBreakGlass',
  'agreeBreakGlass',
] as const;
export type AccessCommand = (typeof COMMANDS)[number];

/** [ACC-1] Roles that grant a command. A person holds the union of their roles; a person without any holds nothing. */
export const GRANTED_TO: Readonly<Record<AccessCommand, readonly Role[]>> = {
  read: ROLES,
  edit: ['reviewer', 'editor'],
  comment: ['reviewer', 'editor', 'approver'],
  import: ['editor'],
  submit: ['editor'],
  requestChanges: ['reviewer', 'approver'],
  withdraw: ['editor'],
  reopen: ['editor', 'approver'],
  approve: ['approver'],
  execute: ['editor', 'approver'],
  amend: ['editor'],
  terminate: ['editor'],
  export: ['exporter'],
  readLog: ['auditor', 'admin'],
  readTokens: ['auditor', 'admin'],
  readExports: ['exporter', 'auditor', 'approver', 'editor'],
  managePeople: ['admin'],
  revokeAccess: ['admin'],
  askBreakGlass: ['reviewer', 'editor', 'approver', 'exporter', 'admin'],
  agreeBreakGlass: ['approver', 'exporter', 'admin'],
};

/** [ACC-6] What a program may be let do by its service token. Scopes grant reading only, and only what is listed here. */
export const SERVICE_SCOPES = ['exports:read'] as const;
export type ServiceScope = (typeof SERVICE_SCOPES)[number];
export const SCOPES_FOR: Readonly<Partial<Record<AccessCommand, readonly ServiceScope[]>>> = {
  readExports: ['exports:read'],
};

/** Why none of the roles is enough, and whom to ask: by command. */
export const ROLE_REASONS: Readonly<Record<AccessCommand, string>> = {
  read: 'You have no role in this workspace. Ask an admin for one.',
  edit: 'Your role reads this version but does not edit it. Ask an editor, or ask an admin for the role.',
  comment: 'Your role reads comments but does not write them. Ask an admin for the role of reviewer.',
  import: 'Only editors import into a draft. Ask an editor.',
  submit: 'Only editors submit a draft. Ask an editor.',
  requestChanges: 'Only approvers and reviewers request changes. Ask one of them.',
  withdraw: 'Only editors withdraw a submitted version. Ask an editor.',
  reopen: 'Only editors and approvers reopen a version. Ask one of them.',
  approve: 'Only approvers approve. Ask an approver.',
  execute: 'Only editors and approvers execute an approved version. Ask one of them.',
  amend: 'Only editors amend an executed version. Ask an editor.',
  terminate: 'Only editors terminate a contract. Ask an editor.',
  export: 'Only exporters export. Ask an exporter.',
  readLog: 'Only auditors and admins read the whole history. The history of this document is open to you.',
  readExports: 'Only exporters, approvers, editors and auditors see the exports. Ask one of them.',
  readTokens: 'Only admins and auditors see the tokens of programs. Ask an admin.',
  managePeople: 'Only admins manage people and keys. Ask an admin.',
  revokeAccess: 'Only admins shut people out. Ask an admin.',
  askBreakGlass: 'Auditors and viewers do not ask for emergency roles. Ask an editor to.',
  agreeBreakGlass: 'Only approvers, exporters and admins agree to an emergency role. Ask one of them.',
};
