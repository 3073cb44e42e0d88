// The words of exports: which versions are ready, what a bundle's file is called, the exact command that verifies it. Pure.
import type { Contract, Export, VersionSummary } from '@countersign/shared/protocol/api';

export interface ReadyVersion {
  readonly contract: Contract;
  readonly version: VersionSummary;
}

/** Executed versions whose content was not exported yet, newest change first. */
export function readyVersions(contracts: readonly Contract[], done: readonly Export[]): ReadyVersion[] {
  const exported = new Set(done.map((each) => `${each.versionId}/${each.contentHash}`));
  return contracts
    .flatMap((contract) => contract.versions.map((version) => ({ contract, version })))
    .filter(
      ({ version }) =>
        version.state === 'EXECUTED' && !exported.has(`${version.versionId}/${version.contentHash ?? ''}`),
    )
    .sort((a, b) => (a.version.changedAt < b.version.changedAt ? 1 : -1));
}

/** A file name that every system takes: `2659161-v2.bundle.json`. */
export function bundleFileName(each: Export, contracts: readonly Contract[]): string {
  const contract = contracts.find((one) => one.id === each.contractId);
  const version = contract?.versions.find((one) => one.versionId === each.versionId);
  const name = contract === undefined ? each.versionId : `${contract.number}-v${version?.sequence ?? 1}`;
  return `${name.replace(/[^\w.-]+/g, '_')}.bundle.json`;
}

/** Quoted so that a shell takes it as one word. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The command line that checks a bundle offline, with nothing but the workspace's public key. */
export function verifyCommand(fileName: string, vkey: string | null): string {
  const key = vkey === null ? '' : ` --key ${quoted(vkey)}`;
  return `npx --no countersign verify ${quoted(fileName)}${key}`;
}

/** "12 KB": a size for people. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kb = bytes / 1024;
  return kb < 1024 ? `${Math.round(kb)} KB` : `${(kb / 1024).toFixed(1)} MB`;
}
