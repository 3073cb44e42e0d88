// From table columns to the contract's rows. Owns names and nothing else.
import type { Selectable } from 'kysely';
import type { ContractRow, DeviceRow, EpochRow, LogRow, UserRow, VersionRow } from './port.ts';
import type { Tables } from './tables.ts';

export const logRow = (row: Selectable<Tables['log']>): LogRow => ({
  index: row.idx,
  leaf: row.leaf,
  hash: row.hash,
  doc: row.doc,
  kind: row.kind,
  user: row.actor,
  dev: row.dev,
  epoch: row.epoch,
  seq: row.seq,
  entryHash: row.entry_hash,
  payload: row.payload,
});
export const userRow = (row: Selectable<Tables['users']>): UserRow => ({
  id: row.id,
  name: row.name,
  roles: row.roles === '' ? [] : row.roles.split(','),
  says: row.says,
});
export const deviceRow = (row: Selectable<Tables['devices']>): DeviceRow => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  publicKey: row.public_key,
  commandEpoch: row.command_epoch,
  enrolledAt: row.enrolled_at,
  revokedAt: row.revoked_at,
  frozenAt: row.frozen_at,
});
export const contractRow = (row: Selectable<Tables['contracts']>): ContractRow => ({
  ...row,
  kind: row.kind === 'RATE_CARD' ? 'RATE_CARD' : 'CONTRACT',
});
export const versionRow = (row: Selectable<Tables['versions']>): VersionRow => ({
  id: row.id,
  contractId: row.contract_id,
  kind: row.kind,
  sequence: row.sequence,
  title: row.title,
  state: row.state,
  baseVersionId: row.base_version_id,
  contentHash: row.content_hash,
  effectiveFrom: row.effective_from,
  createdAt: row.created_at,
  changedAt: row.changed_at,
});
export const epochRow = (row: Selectable<Tables['epochs']>): EpochRow => ({
  versionId: row.version_id,
  deviceId: row.device_id,
  epoch: row.epoch,
  clientId: row.client_id,
});
