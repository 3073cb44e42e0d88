// What waits for one person. Owns the sentences and the order; reads the rules' own answers.
import { can } from '@countersign/shared/access';
import { decimalOf, subtract, toMoney } from '@countersign/shared/money';
import type { VersionDetail, VersionNeed } from '@countersign/shared/protocol/api';
import type { ContractRow, Storage, VersionRow } from '../storage/index.ts';
import type { Person } from './situation.ts';
import type { Views } from './views.ts';

/** [SCR-63] What holds up others comes first, what only waits to leave comes last. */
const ORDER: readonly VersionNeed['kind'][] = [
  'contested',
  'changesRequested',
  'approve',
  'execute',
  'export',
  'draft',
];
/** What is decided about money says how much. A draft's content is not settled. */
const WITH_AMOUNT: ReadonlySet<VersionNeed['kind']> = new Set(['approve', 'execute', 'export']);

/** What waits for `actor` at versions: by kind, those with an amount first, the newest first. */
export async function needsOf(storage: Storage, views: Views, actor: Person): Promise<VersionNeed[]> {
  const contracts = new Map((await storage.contracts()).map((contract) => [contract.id, contract]));
  const versions = await storage.versions();
  const ofContract = Map.groupBy(versions, ({ contractId }) => contractId);
  const needs: VersionNeed[] = [];
  for (const row of versions) {
    const contract = contracts.get(row.contractId);
    if (contract === undefined) continue;
    const need = await needOf(storage, views, actor, row);
    if (need === null) continue;
    const held = ofContract.get(contract.id) ?? [];
    const amount = WITH_AMOUNT.has(need.kind) ? await amountOf(views, contract, held, row) : null;
    needs.push({ ...need, versionId: row.id, contractId: row.contractId, ...(amount === null ? {} : { amount }) });
  }
  const rank = ({ kind, amount }: VersionNeed): number => 2 * ORDER.indexOf(kind) + (amount === undefined ? 1 : 0);
  return needs.sort((a, b) => rank(a) - rank(b) || (a.at < b.at ? 1 : -1));
}

type Amount = NonNullable<VersionNeed['amount']>;

/** [SCR-62] What is ordered, gross; of an amendment that does not govern yet, what it changes of it. null when it cannot be told. */
async function amountOf(
  views: Views,
  contract: ContractRow,
  versions: readonly VersionRow[],
  { id, state, baseVersionId }: VersionRow,
): Promise<Amount | null> {
  const grossOf = async (versionId: string): Promise<Amount | null> => {
    const worth = (await views.figures(contract, versions, versionId))?.worth;
    return worth?.kind === 'ordered' ? { amount: worth.amount, currency: worth.currency } : null;
  };
  const gross = await grossOf(id);
  if (gross === null || baseVersionId === null || state === 'EXECUTED') return gross;
  const before = await grossOf(baseVersionId);
  if (before === null || before.currency !== gross.currency) return null;
  const change = subtract(decimalOf(gross.amount), decimalOf(before.amount));
  return change.n === 0n ? null : { ...toMoney(change, gross.currency), change: true };
}

type Found = Pick<VersionNeed, 'kind' | 'text' | 'at'>;

async function needOf(storage: Storage, views: Views, actor: Person, row: VersionRow): Promise<Found | null> {
  switch (row.state) {
    case 'DRAFT': {
      // Only drafts that the person may change and has a part in.
      const detail = await views.detail(row.id, actor);
      if (!detail.can.edit?.ok) return null;
      const [contest, ...more] = detail.blockers.filter(({ kind }) => kind === 'contested');
      if (contest !== undefined) {
        const text = more.length === 0 ? contest.text : `${more.length + 1} cells are contested. Choose their values.`;
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
      return { kind: 'approve', text: reviewWords(detail), at: detail.submittedBy?.at ?? row.changedAt };
    }
    case 'APPROVED': {
      const detail = await views.detail(row.id, actor);
      const from = row.effectiveFrom === null ? '' : ` from ${row.effectiveFrom}`;
      return detail.can.execute?.ok
        ? { kind: 'execute', text: `Approved. Execute it, so that it governs${from}.`, at: row.changedAt }
        : null;
    }
    case 'EXECUTED': {
      if (!can(actor, 'export', { state: 'EXECUTED', kind: 'CONTRACT' }).ok) return null;
      const exported = await storage.logPage({ docs: [row.id], kind: 'export', limit: 1 });
      return exported.length === 0
        ? { kind: 'export', text: 'Executed. Export its signed bundle for the billing system.', at: row.changedAt }
        : null;
    }
    default:
      return null;
  }
}

/** Who submitted it, and where the person stands among those who decide. */
function reviewWords({ submittedBy, policy, approvals, contentHash }: VersionDetail): string {
  const by = submittedBy?.name ?? 'An editor';
  const given = approvals.filter((approval) => approval.contentHash === contentHash).length;
  if (policy.approversNeeded < 2) return `${by} submitted it. Approve it, or ask for changes.`;
  return given === 0
    ? `${by} submitted it. Two approvers decide; you can be the first.`
    : `${by} submitted it. One approver of two agreed; yours decides.`;
}
