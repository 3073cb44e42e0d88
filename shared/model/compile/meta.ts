// Where a version stands among versions. Owns the one way from a version's detail to what compiling needs; must not read sheets.
import type { ContractVersion } from '../contract.ts';

/** What the sheets do not say of a version: its place among versions. */
export interface VersionMeta {
  readonly versionId: string;
  readonly contractId: string;
  readonly kind: NonNullable<ContractVersion['kind']>;
  readonly sequence: number;
  /** Number and title of the contract, where the Terms sheet has none. */
  readonly number?: string;
  readonly title?: string;
  readonly status?: ContractVersion['status'];
  /** Instant of execution. */
  readonly recordedAt?: string;
  readonly contentHash?: string;
}

/** What the version's detail says, as far as compiling needs it. */
export interface VersionFacts {
  readonly summary: {
    readonly versionId: string;
    readonly contractId: string;
    readonly kind: VersionMeta['kind'];
    readonly sequence: number;
    readonly number: string;
    readonly title: string;
    readonly state: NonNullable<VersionMeta['status']>;
  };
  readonly executedBy: { readonly at: string } | null;
}

/** [DOC-46] The one way from a version's detail to its meta: the app, the API and the command line bill the same bytes. */
export function versionMeta({ summary, executedBy }: VersionFacts): VersionMeta {
  const { versionId, contractId, kind, sequence, number, title, state } = summary;
  return {
    versionId,
    contractId,
    kind,
    sequence,
    number,
    title,
    status: state,
    ...(executedBy === null ? {} : { recordedAt: executedBy.at }),
  };
}
