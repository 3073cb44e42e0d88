// Who may do what since when, by whose decision, and who has not been here for long (SECURITY §6 "Evidence"). Owns reading it from the log and
// the sign-ins, and its CSV; who may ask is the route's to say.
import { decodePayload, type PayloadOf, parseLeaf, parsePart0, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import type { AccessReport, AccessReportLine, HeldInEmergency, HeldRole } from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import type { EmergencyLedger } from '../breakGlass/ledger.ts';
import { reasonOfRow } from '../breakGlass/reason.ts';
import type { ServiceTokenRow, Storage } from '../storage/index.ts';
import { csvField } from './auditCsv.ts';

const PAGE = 500;
const DAY_MS = 86_400_000;

export interface AccessServices {
  readonly storage: Storage;
  readonly people: People;
  readonly breakGlass: { readonly ledger: Pick<EmergencyLedger, 'all'> };
  readonly workspace: { readonly id: string };
}

/** [ACR-1] The report as things are now. @param dormantDays days without sign-in and entry after which an account is called dormant. */
export async function accessReport(services: AccessServices, now: Date, dormantDays: number): Promise<AccessReport> {
  const { storage, people, workspace } = services;
  const grants = await rolesSince(storage, people);
  const seen = new Map((await storage.identity.lastSignIns()).map((row) => [row.userId, row]));
  const [logins, identities] = [await storage.identity.logins(), await storage.identity.identities()];
  const local = new Set(logins.filter(({ password }) => password !== null).map(({ userId }) => userId));
  const company = new Set(identities.map(({ userId }) => userId));
  const since = new Date(now.getTime() - dormantDays * DAY_MS).toISOString();
  const isDormant = (...times: (string | null)[]): boolean => times.every((time) => time === null || time < since);
  const lines: AccessReportLine[] = [];
  for (const { id, name, roles } of people.users()) {
    const last = seen.get(id);
    const lastSignIn = last === undefined ? null : new Date(last.at).toISOString();
    const lastEntry = await lastEntryOf(storage, id);
    const held = grants.get(id) ?? new Map<string, HeldRole>();
    const roleSince = [...held.values()].map((role) => role.since);
    lines.push({
      id,
      name,
      kind: 'person',
      signsInBy: company.has(id) ? 'company' : local.has(id) ? 'password' : (last?.way ?? 'nothing'),
      // What counts on the server, with what the log says of each.
      roles: roles.map((role) => held.get(role) ?? { role, since: '', entry: '', by: '', byName: '' }),
      lastSignIn,
      lastEntry,
      devices: people.devices().filter(({ userId, revokedAt }) => userId === id && revokedAt === null).length,
      state: roles.length === 0 ? 'noRole' : 'active',
      expiresAt: null,
      // Somebody who was let in lately is not dormant for not having come yet.
      dormant: roles.length > 0 && isDormant(lastSignIn, lastEntry, ...roleSince),
    });
  }
  for (const token of await storage.identity.serviceTokens()) lines.push(lineOfToken(token, grants, now));
  return {
    workspace: workspace.id,
    at: now.toISOString(),
    dormantDays,
    logSize: String(await storage.logSize()),
    lines,
    emergencies: await emergenciesOf(services),
  };
}

/** [GLASS-16] Every term that somebody agreed to. */
async function emergenciesOf({ storage, people, breakGlass }: AccessServices): Promise<HeldInEmergency[]> {
  const held: HeldInEmergency[] = [];
  for (const { asked, userId, role, agreed, until, ended } of breakGlass.ledger.all()) {
    if (agreed === null || until === null) continue;
    held.push({
      id: userId,
      name: people.nameOf(userId),
      role,
      from: agreed.at,
      until: ended !== null && ended.at < until ? ended.at : until,
      reason: reasonOfRow(await storage.logRow(asked.index)),
      askedBy: asked.by,
      agreedBy: agreed.by,
      agreedByName: people.nameOf(agreed.by),
      entry: String(agreed.index),
    });
  }
  return held;
}

type Grants = ReadonlyMap<string, ReadonlyMap<string, HeldRole>>;

function lineOfToken(token: ServiceTokenRow, grants: Grants, now: Date): AccessReportLine {
  const { id, name, scopes, expiresAt, revokedAt } = token;
  const held = grants.get(id);
  const ended = revokedAt !== null ? 'revoked' : expiresAt <= now.getTime() ? 'expired' : 'active';
  return {
    id,
    name,
    kind: 'program',
    signsInBy: 'token',
    roles: scopes.flatMap((role) => held?.get(role) ?? []),
    lastSignIn: null,
    lastEntry: null,
    devices: 0,
    state: ended,
    expiresAt: new Date(expiresAt).toISOString(),
    dormant: false,
  };
}

/** Every role that is held, by the entry that gave it. */
async function rolesSince(storage: Storage, people: People): Promise<Grants> {
  const grants = new Map<string, Map<string, HeldRole>>();
  for (let from = 0; ; ) {
    const page = await storage.logOfDoc(WORKSPACE_DOCUMENT, from, PAGE);
    for (const { index, kind, leaf, payload } of page) {
      if (kind !== 'role' || payload === null) continue;
      const said: PayloadOf<'role'> = parsePart0('role', decodePayload(payload)[0]);
      const held = grants.get(said.userId) ?? new Map<string, HeldRole>();
      grants.set(said.userId, held);
      const by = said.by ?? '';
      const byName = by === '' ? 'the server: set-up, or the company’s groups' : people.nameOf(by);
      if (said.action === 'revoke') held.delete(said.role);
      else
        held.set(said.role, {
          role: said.role,
          since: parseLeaf(leaf).env.serverTime,
          entry: String(index),
          by,
          byName,
        });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return grants;
    from = last.index + 1;
  }
}

async function lastEntryOf(storage: Storage, user: string): Promise<string | null> {
  const [row] = await storage.logPage({ users: [user], limit: 1 });
  return row === undefined ? null : parseLeaf(row.leaf).env.serverTime;
}

const COLUMNS = [
  ...['id', 'name', 'kind', 'signsInBy', 'role', 'since', 'entry', 'givenBy', 'givenByName'],
  ...['lastSignIn', 'lastEntry', 'devices', 'state', 'expiresAt', 'dormant'],
];

/** [ACR-2] One line a role that is held, and one for who holds none. */
export function accessReportCsv({ lines, emergencies }: AccessReport): string {
  const rows = lines.flatMap((line) => {
    const roles = line.roles.length === 0 ? [null] : line.roles;
    return roles.map((role) => [
      ...[line.id, line.name, line.kind, line.signsInBy],
      ...[role?.role ?? '', role?.since ?? '', role?.entry ?? '', role?.by ?? '', role?.byName ?? ''],
      ...[line.lastSignIn ?? '', line.lastEntry ?? '', String(line.devices), line.state, line.expiresAt ?? ''],
      line.dormant ? 'yes' : 'no',
    ]);
  });
  const terms = emergencies.map(({ id, name, role, from, until, entry, agreedBy, agreedByName }) => [
    ...[id, name, 'person', '', `${role} (emergency)`, from, entry, agreedBy, agreedByName],
    ...['', '', '', 'emergency', until, 'no'],
  ]);
  return [COLUMNS, ...rows, ...terms].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}
