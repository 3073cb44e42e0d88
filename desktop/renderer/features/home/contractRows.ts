// The list of Home: one row a contract or rate card, standing at the version that matters now. Pure.
import type { Contract, VersionSummary } from '@countersign/shared/protocol/api';
import { shownState } from '../../app/versionName.ts';

export interface ContractRow {
  readonly contract: Contract;
  /** The version a person would open: an open draft first, else what is in force. */
  readonly version: VersionSummary;
  /** State for the mark: ACTIVE is an executed version whose terms have begun. */
  readonly state: string;
}

/** What is being worked on comes before what governs, and that before what has ended. */
const RANK: Readonly<Record<string, number>> = { DRAFT: 0, IN_REVIEW: 0, APPROVED: 1, EXECUTED: 2 };

/** When a version was changed last: an edit of a draft counts, not only its steps. */
const changedAt = ({ version }: ContractRow): string => version.lastEntry?.at ?? version.changedAt;

/** Rows, last changed first. */
export function contractRows(contracts: readonly Contract[], today: string): ContractRow[] {
  const rows = contracts.flatMap((contract) => {
    const version = [...contract.versions].sort(
      (a, b) => (RANK[a.state] ?? 3) - (RANK[b.state] ?? 3) || b.sequence - a.sequence,
    )[0];
    return version === undefined ? [] : [{ contract, version, state: shownState(version, today) }];
  });
  return rows.sort((a, b) => (changedAt(a) < changedAt(b) ? 1 : -1));
}

/** The tabs above the list, in the order work goes. */
export const STATE_GROUPS = [
  { id: 'all', label: 'All', states: null },
  { id: 'draft', label: 'Draft', states: ['DRAFT'] },
  { id: 'review', label: 'In review', states: ['IN_REVIEW'] },
  { id: 'approved', label: 'Approved', states: ['APPROVED'] },
  { id: 'active', label: 'Active', states: ['ACTIVE'] },
  { id: 'executed', label: 'Executed', states: ['EXECUTED'] },
  { id: 'ended', label: 'Ended', states: ['SUPERSEDED', 'EXPIRED', 'TERMINATED', 'VOID'] },
] as const;
export type StateGroup = (typeof STATE_GROUPS)[number];

export function isInGroup(row: ContractRow, group: StateGroup): boolean {
  return group.states === null || (group.states as readonly string[]).includes(row.state);
}

/** Whether the row holds the text in its number, title, counterparty or version. */
export function rowHolds(row: ContractRow, text: string): boolean {
  const asked = text.trim().toLowerCase();
  if (asked === '') return true;
  const { number, title, counterparty } = row.contract;
  return [number, title, counterparty, row.version.title].some((part) => part.toLowerCase().includes(asked));
}
