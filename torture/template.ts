// The data folder every life begins with: two drafts, three people with devices and sessions. Owns making it once and copying it.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewRow } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { ServerConfig } from '../sync-server/config/index.ts';
import { startServer } from '../sync-server/server.ts';
import type { Services } from '../sync-server/services.ts';
import { sampleTerms, spotLine } from '../sync-server/testKit/sampleRows.ts';
import { Member } from './members.ts';

export const VERSIONS = ['v-torture00001', 'v-torture00002'] as const;
/** Written by everybody, so that contested cells are part of the load. */
export const SHARED_ROW = 'r-shared000000';
const PEOPLE = ['u-finance', 'u-ops', 'u-reviewer'] as const;

/** Settings of a server without a demo workspace of its own; the folder brings its documents. */
export const TORTURE_CONFIG: Omit<ServerConfig, 'dataDir'> = {
  host: '127.0.0.1',
  port: 0,
  demo: true,
  sessionMinutes: 720,
  logLevel: 'silent',
  json: true,
  appDir: null,
  allowedOrigins: [],
};

export interface Template {
  readonly members: readonly Member[];
  readonly cacheDir: string;
  /** A new folder below the work folder. */
  folder(name: string): string;
  /** A copy of the template. */
  copy(name: string): string;
  remove(): void;
}

/** The row that belongs to one person alone. */
export const ownRow = (userId: string): string => `r-${userId.slice(2).padEnd(12, '0')}`;

function sheets(): ReadonlyMap<SheetId, readonly NewRow[]> {
  const rows = [SHARED_ROW, ...PEOPLE.map(ownRow)];
  return new Map<SheetId, readonly NewRow[]>([
    ['terms', sampleTerms()],
    ['lines', rows.map((rowId, i) => spotLine(rowId, `${i + 1}.0`, '100.00'))],
  ]);
}

/** Fills a new workspace with the drafts that are written. */
export async function seedDrafts({ creation }: Services): Promise<void> {
  for (const [i, id] of VERSIONS.entries()) {
    const contract = {
      id: `c-torture${i}`,
      kind: 'CONTRACT',
      number: `T-${i}`,
      title: 'Torture',
      counterparty: 'Station',
    } as const;
    await creation.createContract(contract, { id, title: 'Torture' }, sheets());
  }
}

/** Signs the people in: two on one draft, one alone on the other. */
export async function enrolMembers(url: string): Promise<Member[]> {
  const members = [];
  for (const [i, userId] of PEOPLE.entries()) members.push(await Member.enrol(url, userId, VERSIONS[i === 2 ? 1 : 0]));
  return members;
}

/** Makes the template with a server in this process. `parent` is where folders go; the system's place for them by default. */
export async function makeTemplate(parent: string = tmpdir()): Promise<Template> {
  const root = mkdtempSync(join(parent, 'countersign-torture-'));
  const dataDir = join(root, 'template');
  const server = await startServer({ ...TORTURE_CONFIG, dataDir }, { seed: seedDrafts });
  const members = await enrolMembers(server.url);
  await server.stop();
  const folder = (name: string): string => join(root, name);
  return {
    members,
    cacheDir: folder('cache'),
    folder,
    copy: (name) => {
      cpSync(dataDir, folder(name), { recursive: true });
      return folder(name);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
