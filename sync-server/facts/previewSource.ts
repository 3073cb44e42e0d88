/** Versions and facts of a running workspace, as a preview reads them. Owns the reading; which of them count is workspacePreview's. */

import { notFound } from '../http/problem.ts';
import { summaryOf } from '../lifecycle/index.ts';
import type { Services } from '../services.ts';
import type { ContractRow } from '../storage/index.ts';
import type { Room } from '../sync/room.ts';
import { factStoreOf } from './workspaceFacts.ts';
import type { PreviewSource, StoredVersion } from './workspacePreview.ts';

/** @throws Problem 404 from its methods for what is not there. */
export function previewSource(services: Services): PreviewSource {
  const { storage, views } = services;
  return {
    contractOf: async (versionId) => {
      const version = await storage.version(versionId);
      if (version === null) throw notFound('such version');
      return version.contractId;
    },
    versions: async (contractId) => {
      const contract = await storage.contract(contractId);
      if (contract === null) throw notFound('such contract');
      const rows = (await storage.versions(contractId)).toSorted((a, b) => a.sequence - b.sequence);
      return Promise.all(rows.map((row) => views.reading(row.id, storedVersion(contract))));
    },
    facts: (contractId) => factStoreOf(services).facts(contractId),
  };
}

/** Reads a version of the contract from its room. */
export function storedVersion(contract: ContractRow): (room: Room) => StoredVersion {
  return ({ record: { executed }, row, snapshot }) => ({
    summary: summaryOf(row, contract),
    executedBy: executed === null ? null : { at: executed.at },
    content: snapshot.content,
  });
}
