// A real server on a port of its own for tests. Owns its folder; every test gets another one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewRow } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { ServerConfig } from '../config/index.ts';
import { type RunningServer, type StartOptions, startServer } from '../server.ts';
import { sampleTerms, spotLine } from './sampleRows.ts';

export const SERVER_DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  demo: true,
  sessionMinutes: 720,
  logLevel: 'silent',
  json: false,
  appDir: null,
  allowedOrigins: [],
} as const satisfies Omit<ServerConfig, 'dataDir'>;

export interface TestServer extends RunningServer {
  readonly dataDir: string;
  /** Stops and starts again on the same folder (and another port). */
  restart(): Promise<TestServer>;
  /** Stops and removes the folder. */
  dispose(): Promise<void>;
}

export async function startTestServer(
  config: Partial<ServerConfig> = {},
  options: StartOptions = {},
): Promise<TestServer> {
  const dataDir = config.dataDir ?? mkdtempSync(join(tmpdir(), 'countersign-server-'));
  const running = await startServer({ ...SERVER_DEFAULTS, ...config, dataDir }, options);
  return {
    ...running,
    dataDir,
    restart: async () => {
      await running.stop();
      return startTestServer({ ...config, dataDir }, options);
    },
    dispose: async () => {
      await running.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const ROW = { one: 'r-aaaaaaaaaaaa', two: 'r-bbbbbbbbbbbb', currency: 'r-tttttttttttt' } as const;

/** A contract that may be submitted as it is: terms, two lines, one clause. Starts in the far future, so one approver decides. */
export function sampleSheets(effectiveFrom = '2099-01-01'): ReadonlyMap<SheetId, readonly NewRow[]> {
  return new Map<SheetId, readonly NewRow[]>([
    ['terms', sampleTerms(ROW.currency, effectiveFrom)],
    ['lines', [spotLine(ROW.one, '1.0', '100.00'), spotLine(ROW.two, '2.0', '200.00')]],
    ['clauses', [{ rowId: 'r-clause000000', values: { key: '1', text: 'Words.' } }]],
  ]);
}

/** Makes a contract with one draft and returns the version's id. */
export async function createSample(server: RunningServer, sheets = sampleSheets()): Promise<string> {
  const contracts = await server.services.storage.contracts();
  const id = `c-sample${contracts.length + 1}`;
  const contract = {
    id,
    kind: 'CONTRACT',
    number: `N-${contracts.length + 1}`,
    title: 'Spring',
    counterparty: 'Station',
  };
  const row = await server.services.creation.createContract(
    { ...contract, kind: 'CONTRACT' },
    { title: 'Spring' },
    sheets,
  );
  return row.id;
}
