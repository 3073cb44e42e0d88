// The list of Home: one row a contract or rate card, standing at the version that matters now. Pure.
import { standingVersion } from '@countersign/shared/lifecycle';
import type { Contract, ContractFigures, VersionSummary } from '@countersign/shared/protocol/api';
import { shownState } from '../../app/versionName.ts';
import { type NextDate, nextDate } from './nextDate.ts';

export interface ContractRow {
  readonly contract: Contract;
  /** The version a person would open: an open draft first, else what is in force. */
  readonly version: VersionSummary;
  /** State for the mark: ACTIVE is an executed version whose terms have begun. */
  readonly state: string;
  /** null while they are on their way, and where the version cannot be read. */
  readonly figures: ContractFigures | null;
  readonly next: NextDate;
}

/** When a version was changed last: an edit of a draft counts, not only its steps. ISO instant. */
export const changedAt = ({ version }: Pick<ContractRow, 'version'>): string =>
  version.lastEntry?.at ?? version.changedAt;

/** The contracts of a list; [SCR-67] for billing those with a version in force, at that one: nothing else is billed. */
export function listed(
  contracts: readonly Contract[],
  list: 'all' | 'contracts' | 'rateCards' | 'billing',
): readonly Contract[] {
  if (list === 'all') return contracts;
  const held = contracts.filter(({ kind }) => kind === (list === 'rateCards' ? 'RATE_CARD' : 'CONTRACT'));
  if (list !== 'billing') return held;
  return held.flatMap((contract) => {
    const versions = contract.versions.filter(({ state }) => state === 'EXECUTED');
    return versions.length === 0 ? [] : [{ ...contract, versions }];
  });
}

/** One row a contract, as the server lists them. @param figures what is known of versions, in any order */
export function contractRows(
  contracts: readonly Contract[],
  figures: readonly ContractFigures[],
  today: string,
): ContractRow[] {
  const known = new Map(figures.map((told) => [told.versionId, told]));
  return contracts.flatMap((contract) => {
    const version = standingVersion(contract.versions);
    if (version === undefined) return [];
    const told = known.get(version.versionId) ?? null;
    const governs = contract.versions.some(({ state }) => state === 'EXECUTED');
    const next = nextDate({ version, figures: told, governs }, today);
    return [{ contract, version, state: shownState(version, today), figures: told, next }];
  });
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
