// What waits for one person. Owns the sentences and the order; reads the rules' own answers.
import { can } from '@countersign/shared/access';
import type { VersionNeed } from '@countersign/shared/protocol/api';
import type { Storage, VersionRow } from '../storage/index.ts';
import type { Person } from './situation.ts';
import type { Views } from './views.ts';

/** What waits for `actor` at versions, newest first. */
export async function needsOf(storage: Storage, views: Views, actor: Person): Promise<VersionNeed[]> {
  const contracts = new Map((await storage.contracts()).map((contract) => [contract.id, contract]));
  const needs: VersionNeed[] = [];
  for (const row of await storage.versions()) {
    const contract = contracts.get(row.contractId);
    if (contract === undefined) continue;
    const need = await needOf(storage, views, actor, row);
    if (need === null) continue;
    const text = `${contract.number}, ${row.title}: ${need.text}`;
    needs.push({ ...need, versionId: row.id, contractId: row.contractId, text });
  }
  return needs.sort((a, b) => (a.at < b.at ? 1 : -1));
}

type Found = Pick<VersionNeed, 'kind' | 'text' | 'at'>;

async function needOf(storage: Storage, views: Views, actor: Person, row: VersionRow): Promise<Found | null> {
  switch (row.state) {
    case 'DRAFT': {
      // Only drafts that the person may change and has a part in.
      const detail = await views.detail(row.id, actor);
      if (!detail.can.edit?.ok) return null;
      const contests = detail.blockers.filter(({ kind }) => kind === 'contested').length;
      if (contests > 0) {
        const text =
          contests === 1
            ? 'one cell is contested. Choose its value.'
            : `${contests} cells are contested. Choose their values.`;
        return { kind: 'contested', text, at: row.changedAt };
      }
      if (detail.changesRequested === null) return null;
      const { by, reason, at } = detail.changesRequested;
      return {
        kind: 'changesRequested',
        text: `${by.name} asks for changes${reason === '' ? '.' : `: ${reason}`}`,
        at,
      };
    }
    case 'IN_REVIEW': {
      const detail = await views.detail(row.id, actor);
      if (!detail.can.approve?.ok) return null;
      const by = detail.submittedBy?.name ?? 'An editor';
      return { kind: 'approve', text: `${by} submitted it for approval.`, at: detail.submittedBy?.at ?? row.changedAt };
    }
    case 'APPROVED': {
      const detail = await views.detail(row.id, actor);
      return detail.can.execute?.ok
        ? { kind: 'execute', text: 'approved, not yet executed.', at: row.changedAt }
        : null;
    }
    case 'EXECUTED': {
      if (!can(actor, 'export', { state: 'EXECUTED', kind: 'CONTRACT' }).ok) return null;
      const exported = await storage.logPage({ docs: [row.id], kind: 'export', limit: 1 });
      return exported.length === 0 ? { kind: 'export', text: 'executed, not yet exported.', at: row.changedAt } : null;
    }
    default:
      return null;
  }
}
