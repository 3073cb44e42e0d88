// Reads that survive the server: every answer is kept on this computer and can be shown, with its age, when the network is gone.
import type {
  CellHistoryItem,
  Contract,
  ContractFigures,
  Facts,
  Need,
  People,
  Review,
  VersionContent,
  VersionDetail,
  Workspace,
} from '@countersign/shared/protocol/api';
import type { Table } from 'dexie';
import { type CachedAnswer, StorageFailure, stored, type WorkspaceDatabase } from '../storage/index.ts';
import type { Api } from './api.ts';

/** A kept answer and when it was given; ISO instant of this computer. */
export interface Kept<T> {
  readonly value: T;
  readonly at: string;
}

/** What was last answered, without asking again; null when it was never answered here. */
export interface CachedReads {
  contracts(): Promise<Kept<Contract[]> | null>;
  figures(): Promise<Kept<ContractFigures[]> | null>;
  needs(): Promise<Kept<Need[]> | null>;
  version(versionId: string): Promise<Kept<VersionDetail> | null>;
  content(versionId: string): Promise<Kept<VersionContent> | null>;
  review(versionId: string): Promise<Kept<Review> | null>;
  cellHistory(versionId: string, sheet: string, rowId: string, field: string): Promise<Kept<CellHistoryItem[]> | null>;
  facts(contractId: string, period: string): Promise<Kept<Facts> | null>;
  factPeriods(contractId: string): Promise<Kept<string[]> | null>;
  people(): Promise<Kept<People> | null>;
  workspace(): Promise<Kept<Workspace> | null>;
  /** Keeps a version that came as part of another answer. */
  keepVersion(version: VersionDetail): Promise<void>;
}

const KEY = {
  contracts: 'contracts',
  figures: 'figures',
  needs: 'needs',
  version: (id: string) => `version/${id}`,
  content: (id: string) => `content/${id}`,
  review: (id: string) => `review/${id}`,
  cell: (id: string, sheet: string, rowId: string, field: string) => `cell/${id}/${sheet}/${rowId}/${field}`,
  facts: (contractId: string, period: string) => `${contractId}/${period}`,
  factPeriods: (contractId: string) => `factPeriods/${contractId}`,
  people: 'people',
  workspace: 'workspace',
} as const;

/** The same API, keeping what it reads in the signed-in person's database (none before the sign-in). */
export function keepingAnswers(api: Api, database: () => WorkspaceDatabase | null, now: () => string): Api {
  async function keep<T>(
    table: (db: WorkspaceDatabase) => Table<CachedAnswer, string>,
    key: string,
    answer: Promise<T>,
  ): Promise<T> {
    const value = await answer;
    const db = database();
    if (db === null) return value;
    try {
      await stored(() => table(db).put({ key, value, at: now() }));
    } catch (error) {
      // The answer is good, and a copy of it is a comfort: what cannot be kept for want of room is asked again.
      if (!(error instanceof StorageFailure) || error.fault !== 'full') throw error;
    }
    return value;
  }
  const answers = (db: WorkspaceDatabase) => db.answers;
  return {
    ...api,
    contracts: () => keep(answers, KEY.contracts, api.contracts()),
    figures: () => keep(answers, KEY.figures, api.figures()),
    needs: () => keep(answers, KEY.needs, api.needs()),
    version: (id) => keep(answers, KEY.version(id), api.version(id)),
    content: (id) => keep(answers, KEY.content(id), api.content(id)),
    review: (id) => keep(answers, KEY.review(id), api.review(id)),
    cellHistory: (id, sheet, rowId, field) =>
      keep(answers, KEY.cell(id, sheet, rowId, field), api.cellHistory(id, sheet, rowId, field)),
    facts: (contractId, period) => keep((db) => db.facts, KEY.facts(contractId, period), api.facts(contractId, period)),
    factPeriods: (contractId) => keep(answers, KEY.factPeriods(contractId), api.factPeriods(contractId)),
    people: () => keep(answers, KEY.people, api.people()),
    workspace: () => keep(answers, KEY.workspace, api.workspace()),
  };
}

/** Reads the kept answers. */
export function cachedReads(database: () => WorkspaceDatabase | null, now: () => string): CachedReads {
  async function read<T>(
    table: (db: WorkspaceDatabase) => Table<CachedAnswer, string>,
    key: string,
  ): Promise<Kept<T> | null> {
    const db = database();
    if (db === null) return null;
    const kept = await stored(() => table(db).get(key));
    // The value was checked by its schema before it was kept, under a key only this module writes.
    return kept === undefined ? null : { value: kept.value as T, at: kept.at };
  }
  const answers = (db: WorkspaceDatabase) => db.answers;
  return {
    contracts: () => read(answers, KEY.contracts),
    figures: () => read(answers, KEY.figures),
    needs: () => read(answers, KEY.needs),
    version: (id) => read(answers, KEY.version(id)),
    content: (id) => read(answers, KEY.content(id)),
    review: (id) => read(answers, KEY.review(id)),
    cellHistory: (id, sheet, rowId, field) => read(answers, KEY.cell(id, sheet, rowId, field)),
    factPeriods: (contractId) => read(answers, KEY.factPeriods(contractId)),
    people: () => read(answers, KEY.people),
    workspace: () => read(answers, KEY.workspace),
    async keepVersion(value) {
      const key = KEY.version(value.summary.versionId);
      const db = database();
      if (db !== null) await stored(() => db.answers.put({ key, value, at: now() }));
    },
    facts: (contractId, period) => read((db) => db.facts, KEY.facts(contractId, period)),
  };
}
