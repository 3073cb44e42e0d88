// Compares the tables of a data folder with its log: what the log says, no table may say otherwise. Owns the comparison and its words;
// the fold itself is logFold.ts. Changes nothing.
import type { DatabaseSync } from 'node:sqlite';
import { toHex } from '@countersign/shared/history';
import { deviceIdOf } from '../history/index.ts';
import { type ContentFinding, checkDocuments } from './fsckDocuments.ts';
import { checkAnswers, checkCheckpoints, checkKeys, checkMeta } from './fsckSettings.ts';
import { asText, bytes, LogFold, type Report, type Row } from './logFold.ts';

/** One row or file that does not say what the log says; `index` where it is a row of the log itself. */
interface RowFinding {
  readonly code: 'table';
  readonly index: number | undefined;
  readonly table: string;
  readonly text: string;
}
/** What does not fit together among the tables and in the versions of a log. */
export type TableFinding = RowFinding | ContentFinding;

/** The log's public key in force, and the folder with the key files; null where there is none beside the tables. */
export interface KeyPlace {
  readonly vkey: string;
  readonly folder: string | null;
}

/** [OPS-20] [OPS-28] Everything in the tables that the log can vouch for, the content of every version, and the form of the file itself. */
export async function checkTables(db: DatabaseSync, { vkey, folder }: KeyPlace): Promise<TableFinding[]> {
  const findings: TableFinding[] = [];
  // A log alone, as an auditor may be given, has no tables beside it.
  if (!hasTable(db, 'users') && !hasTable(db, 'versions')) return findings;
  const report: Report = (table, row, text, index) => {
    findings.push({ code: 'table', index, table, text: `Table ${table}, ${asText(row)}: ${text}.` });
  };
  for (const row of db.prepare('PRAGMA integrity_check').all()) {
    const said = asText(row.integrity_check);
    if (said !== 'ok')
      findings.push({ code: 'table', index: undefined, table: 'file', text: `The database file is damaged: ${said}.` });
  }
  const log = new LogFold(report);
  for (const row of db.prepare('SELECT * FROM log ORDER BY idx').iterate()) log.take(row);
  checkUsers(db, log, report);
  checkDevices(db, log, report);
  checkVersions(db, log, report);
  checkEpochs(db, log, report);
  checkAnswers(db, report);
  checkMeta(db, log, report);
  if (folder !== null) checkKeys(folder, log, report);
  await checkCheckpoints(db, vkey, log, report);
  findings.push(...checkDocuments(db));
  return findings;
}

const hasTable = (db: DatabaseSync, name: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined;

function checkUsers(db: DatabaseSync, { state }: LogFold, report: Report): void {
  const rows = new Map(
    db
      .prepare('SELECT id, roles FROM users')
      .all()
      .map(({ id, roles }) => [asText(id), asText(roles)]),
  );
  for (const [id, roles] of rows) {
    const held = [...(state.roles.get(id) ?? [])].sort().join(',');
    if (roles.split(',').sort().join(',') !== held)
      report('users', id, `the roles are “${roles}”, and the log grants “${held}”`);
  }
  for (const [id, roles] of state.roles) {
    // Service tokens hold their scopes as roles and are no users.
    if (roles.size > 0 && !rows.has(id) && !id.startsWith('s-'))
      report('users', id, 'the log grants roles to somebody who is missing');
  }
}

function checkDevices(db: DatabaseSync, { state, restores }: LogFold, report: Report): void {
  const seen = new Set<string>();
  for (const row of db.prepare('SELECT * FROM devices').all()) {
    const id = asText(row.id);
    seen.add(id);
    const device = state.devices.get(id);
    if (device === undefined) {
      report('devices', id, 'no key leaf enrols it');
      continue;
    }
    const epoch = 1 + restores.filter((index) => index > device.enrolledAt).length;
    const said: Row = {
      user_id: device.userId,
      public_key: device.publicKey,
      enrolled_at: device.enrolledAt,
      revoked_at: device.revokedAt,
      frozen_at: device.frozenAt,
      command_epoch: `c${epoch}`,
    };
    compare('devices', id, { ...row, public_key: toHex(bytes(row.public_key)) }, said, report);
    if (deviceIdOf(bytes(row.public_key)) !== id) report('devices', id, 'the id is not that of the key');
  }
  for (const id of state.devices.keys())
    if (!seen.has(id)) report('devices', id, 'a device that the log enrols is missing');
}

function compare(table: string, id: string, row: Row, said: Row, report: Report): void {
  for (const [column, value] of Object.entries(said)) {
    if (asText(row[column]) !== asText(value))
      report(table, id, `${column} is “${asText(row[column])}”, and the log says “${asText(value)}”`);
  }
}

function checkVersions(db: DatabaseSync, { state, titles }: LogFold, report: Report): void {
  const seen = new Set<string>();
  for (const row of db.prepare('SELECT * FROM versions').all()) {
    const id = asText(row.id);
    seen.add(id);
    const version = state.versions.get(id);
    if (version === undefined) {
      report('versions', id, 'no create leaf makes it');
      continue;
    }
    const { contractId, sequence, baseVersionId, contentHash, states } = version;
    const frozen = asText(row.state) === 'DRAFT' ? null : contentHash;
    compare(
      'versions',
      id,
      row,
      {
        contract_id: contractId,
        sequence,
        base_version_id: baseVersionId,
        content_hash: frozen,
        title: titles.get(id) ?? row.title,
      },
      report,
    );
    if (!states.some((one) => one === row.state))
      report('versions', id, `the state is ${asText(row.state)}, and the log says ${states.join(' or ')}`);
  }
  for (const id of state.versions.keys())
    if (!seen.has(id)) report('versions', id, 'a version that the log creates is missing');
  const contracts = new Map(
    db
      .prepare('SELECT id, kind, number FROM contracts')
      .all()
      .map((row) => [asText(row.id), row]),
  );
  for (const [id, { kind, number }] of state.contracts) {
    const row = contracts.get(id);
    if (row === undefined) report('contracts', id, 'a contract that the log creates is missing');
    else compare('contracts', id, row, { kind, number }, report);
  }
  for (const id of contracts.keys()) if (!state.contracts.has(id)) report('contracts', id, 'no create leaf makes it');
}

function checkEpochs(db: DatabaseSync, { clients, state }: LogFold, report: Report): void {
  const rows = new Map<string, unknown>();
  for (const row of db.prepare('SELECT * FROM epochs').all()) {
    const key = `${asText(row.version_id)} ${asText(row.device_id)} ${asText(row.epoch)}`;
    rows.set(key, row.client_id);
    if (!state.devices.has(asText(row.device_id))) report('epochs', key, 'the log enrols no such device');
  }
  for (const [key, client] of clients) {
    if (!rows.has(key)) report('epochs', key, 'an epoch that the log uses is missing');
    else if (rows.get(key) !== client)
      report('epochs', key, `the client id is ${asText(rows.get(key))}, and the log was written with ${client}`);
  }
}
