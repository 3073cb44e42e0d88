// Every request of docs/PROTOCOL.md §5, typed and checked. Owns paths and shapes; must not keep anything (see `cachedAnswers.ts`).
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { SCHEMA_HEADER } from '@countersign/shared/protocol';
import {
  type CellHistoryItem,
  type CheckpointMessage,
  type CommandDone,
  type CommandKind,
  type Contract,
  type ContractFigures,
  type CreateContract,
  cellHistorySchema,
  checkpointSchema,
  commandDoneSchema,
  contractFiguresSchema,
  contractSchema,
  type DemoAccount,
  demoAccountSchema,
  type EnrolDevice,
  type EnrolledDevice,
  type Export,
  enrolledDeviceSchema,
  erasedSchema,
  exportSchema,
  type Facts,
  factsSchema,
  type ImportMapping,
  type ImportStarted,
  type ImportState,
  type IssuedEpoch,
  importStartedSchema,
  importStateSchema,
  issuedEpochsSchema,
  type KeyChangesAnswer,
  type KeyLeaves,
  keyChangesAnswerSchema,
  keyLeavesSchema,
  type LogItem,
  type LogPage,
  logItemSchema,
  logPageSchema,
  type Need,
  needSchema,
  type Parked,
  type People,
  type PreviewRequest,
  parkedSchema,
  peopleSchema,
  proofSchema,
  type ReadReport,
  type Review,
  reviewSchema,
  type Session,
  type SignedIn,
  sessionSchema,
  signedInSchema,
  signedOutSchema,
  ticketSchema,
  type VersionContent,
  type VersionDetail,
  versionContentSchema,
  versionDetailSchema,
  type Workspace,
  workspaceSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import { type AccountsApi, accountsApi } from './accounts.ts';
import { type EmergencyApi, emergencyApi } from './emergencies.ts';
import { Http, type HttpOptions } from './http.ts';

export interface LogQuery {
  readonly doc?: string;
  readonly user?: string;
  readonly kind?: string;
  /** Days, or instants: the first that counts, and the one after the last. */
  readonly from?: string;
  readonly to?: string;
  /** Entries below this log index. */
  readonly before?: string;
  readonly limit?: number;
}

export interface AuditQuery {
  readonly format: 'csv' | 'bundle';
  readonly from?: string;
  readonly to?: string;
  readonly doc?: string;
  readonly user?: string;
}

/** The server's API as functions. Each may throw ApiError, Offline, SessionEnded or UnexpectedAnswer. */
export interface Api {
  workspace(): Promise<Workspace>;
  demoAccounts(): Promise<DemoAccount[]>;
  signIn(userId: string): Promise<SignedIn>;
  readonly accounts: AccountsApi;
  readonly emergencies: EmergencyApi;
  session(): Promise<Session>;
  /** Ends the session; answers where to go to end it at the company's provider too, or null. */
  signOut(): Promise<string | null>;
  enrol(device: EnrolDevice): Promise<EnrolledDevice>;
  /** A one-use ticket for one socket, good for 30 s. */
  ticket(): Promise<string>;
  contracts(): Promise<Contract[]>;
  /** What each is worth, and its dates. */
  figures(): Promise<ContractFigures[]>;
  createContract(contract: CreateContract): Promise<Contract>;
  needs(): Promise<Need[]>;
  version(versionId: string): Promise<VersionDetail>;
  content(versionId: string): Promise<VersionContent>;
  review(versionId: string): Promise<Review>;
  epochs(versionId: string, deviceId: string, count: number): Promise<IssuedEpoch[]>;
  /** Posts a signed lifecycle command; `body` is the exact JSON text, repeated unchanged on a retry. */
  command(
    versionId: string,
    kind: CommandKind,
    request: { readonly body: string; readonly contentHash: string; readonly idempotencyKey: string },
  ): Promise<CommandDone>;
  cellHistory(versionId: string, sheet: string, rowId: string, field: string): Promise<CellHistoryItem[]>;
  log(query: LogQuery): Promise<LogPage>;
  logEntry(index: string): Promise<LogItem>;
  checkpoint(): Promise<CheckpointMessage>;
  /** Inclusion path, hex hashes. */
  inclusion(index: number, size: number): Promise<string[]>;
  /** Leaves of the workspace document from an index on: which device key could sign when. */
  keyLeaves(from: number): Promise<KeyLeaves>;
  /** Proofs of every change of the log's key, oldest first; needs no session. */
  keyChanges(): Promise<KeyChangesAnswer['changes']>;
  /** Consistency path, hex hashes. */
  consistency(from: number, to: number): Promise<string[]>;
  /** The history as a file: CSV, or signed so that others can check it. Days as `2026-11-21`, or instants. */
  audit(query: AuditQuery): Promise<Uint8Array<ArrayBuffer>>;
  /** Who may do what, since when and by whose decision, as CSV: one line a role. */
  accessReport(): Promise<Uint8Array<ArrayBuffer>>;
  /** Says that rows left the app by copy, print or a saved file: the server sees none of these itself. */
  reportRead(report: ReadReport): Promise<void>;
  facts(contractId: string, period: string): Promise<Facts>;
  /** Billing periods of the contract that have facts, ascending: `2010-12`. */
  factPeriods(contractId: string): Promise<string[]>;
  people(): Promise<People>;
  /** Exactly the bytes of `previewJson`, as text. */
  preview(request: PreviewRequest): Promise<string>;
  readonly imports: {
    start(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<ImportStarted>;
    check(importId: string, draftId: string, mapping: ImportMapping): Promise<ImportState>;
    state(importId: string): Promise<ImportState>;
    commit(importId: string): Promise<ImportState>;
    cancel(importId: string): Promise<void>;
  };
  /** What revoked devices sent after their revocation, oldest first: everything for auditors and admins, else one's own. */
  parked(): Promise<Parked[]>;
  /** An admin erases the content of a parked or read entry; resolves to the index of the leaf that says so. */
  erase(index: string, reason: string): Promise<string>;
  exports(): Promise<Export[]>;
  bundle(exportId: string): Promise<Uint8Array<ArrayBuffer>>;
}

const part = encodeURIComponent;

/** Builds the API over one server. */
export function createApi(options: HttpOptions): Api {
  const http = new Http(options);
  const version = (id: string) => `/versions/${part(id)}`;
  return {
    workspace: () => http.json('GET', '/workspace', workspaceSchema),
    demoAccounts: () => http.json('GET', '/demo/accounts', z.array(demoAccountSchema)),
    signIn: (userId) => http.json('POST', '/session', signedInSchema, { json: { userId } }),
    session: () => http.json('GET', '/session', sessionSchema),
    accounts: accountsApi(http),
    emergencies: emergencyApi(http),
    signOut: async () => {
      const said = new TextDecoder().decode(await http.bytes('DELETE', '/session'));
      return said === '' ? null : signedOutSchema.parse(JSON.parse(said)).goTo;
    },
    enrol: (device) => http.json('POST', '/devices', enrolledDeviceSchema, { json: device }),
    ticket: async () => (await http.json('POST', '/tickets', ticketSchema)).ticket,
    contracts: () => http.json('GET', '/contracts', z.array(contractSchema)),
    figures: () => http.json('GET', '/contracts/figures', z.array(contractFiguresSchema)),
    createContract: (contract) => http.json('POST', '/contracts', contractSchema, { json: contract }),
    needs: () => http.json('GET', '/needs', z.array(needSchema)),
    version: (id) => http.json('GET', version(id), versionDetailSchema),
    content: (id) => http.json('GET', `${version(id)}/content`, versionContentSchema),
    review: (id) => http.json('GET', `${version(id)}/review`, reviewSchema),
    epochs: (id, deviceId, count) =>
      http.json('POST', `${version(id)}/epochs`, issuedEpochsSchema, { json: { deviceId, count } }),
    command: (id, kind, { body, contentHash, idempotencyKey }) =>
      http.json('POST', `${version(id)}/commands/${kind}`, commandDoneSchema, {
        text: body,
        headers: {
          'if-match': `"${contentHash}"`,
          'idempotency-key': idempotencyKey,
          [SCHEMA_HEADER]: String(SHEET_SCHEMA),
        },
      }),
    cellHistory: (id, sheet, rowId, field) =>
      http.json('GET', `${version(id)}/cells/${part(sheet)}/${part(rowId)}/${part(field)}/history`, cellHistorySchema),
    log: ({ limit, ...query }) =>
      http.json('GET', '/log', logPageSchema, {
        query: { ...query, ...(limit === undefined ? {} : { limit: String(limit) }) },
      }),
    logEntry: (index) => http.json('GET', `/log/${part(index)}`, logItemSchema),
    checkpoint: () => http.json('GET', '/log/checkpoint', checkpointSchema),
    keyLeaves: (from) => http.json('GET', '/log/keys', keyLeavesSchema, { query: { from: `${from}` } }),
    keyChanges: async () => (await http.json('GET', '/log/key-changes', keyChangesAnswerSchema)).changes,
    inclusion: async (index, size) =>
      (await http.json('GET', '/log/inclusion', proofSchema, { query: { index: `${index}`, size: `${size}` } })).proof,
    consistency: async (from, to) =>
      (await http.json('GET', '/log/consistency', proofSchema, { query: { from: `${from}`, to: `${to}` } })).proof,
    audit: (query) => http.bytes('GET', '/audit', { query: { ...query } }),
    accessReport: () => http.bytes('GET', '/access-report', { query: { format: 'csv' } }),
    reportRead: (report) => http.nothing('POST', '/reads', { json: report }),
    facts: (contractId, period) => http.json('GET', '/facts', factsSchema, { query: { contractId, period } }),
    factPeriods: (contractId) => http.json('GET', '/facts/periods', z.array(z.string()), { query: { contractId } }),
    people: () => http.json('GET', '/people', peopleSchema),
    preview: async (request) => new TextDecoder().decode(await http.bytes('POST', '/preview', { json: request })),
    imports: {
      start: (fileName, bytes) =>
        // Header values are Latin-1: the name travels percent-encoded.
        http.json('POST', '/imports', importStartedSchema, { bytes, headers: { 'x-file-name': part(fileName) } }),
      check: (id, draftId, mapping) =>
        http.json('POST', `/imports/${part(id)}/check`, importStateSchema, { json: { draftId, mapping } }),
      state: (id) => http.json('GET', `/imports/${part(id)}`, importStateSchema),
      commit: (id) => http.json('POST', `/imports/${part(id)}/commit`, importStateSchema),
      cancel: (id) => http.nothing('DELETE', `/imports/${part(id)}`),
    },
    parked: () => http.json('GET', '/parked', parkedSchema),
    erase: async (index, reason) =>
      (await http.json('POST', `/log/${part(index)}/erase`, erasedSchema, { json: { reason } })).index,
    exports: () => http.json('GET', '/exports', z.array(exportSchema)),
    bundle: (id) => http.bytes('GET', `/exports/${part(id)}/bundle`),
  };
}
