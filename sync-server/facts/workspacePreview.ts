/**
 * A preview by id: which versions and facts of the workspace go into the kernel. Owns that choice (FACT-5), the same as the
 * app's; must not bill by itself.
 */
import { type PreviewInput, preview, previewJson } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { compileVersion, type VersionFacts, versionMeta } from '@countersign/shared/model/compile';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import type { FactSet } from './factStore.ts';

/** A version as the workspace holds it. */
export interface StoredVersion extends VersionFacts {
  readonly content: WorkbookContent;
}

/** What a preview reads of a workspace. Both throw for what is not there. */
export interface PreviewSource {
  contractOf(versionId: string): Promise<string>;
  /** All versions of a contract, by sequence. */
  versions(contractId: string): Promise<readonly StoredVersion[]>;
  facts(contractId: string): FactSet;
}

export interface PreviewQuestion {
  readonly versionId?: string | undefined;
  readonly contractId?: string | undefined;
  readonly period: string;
  readonly asOf?: string | undefined;
}

/** A version that cannot be billed as it stands, or a question that names none. */
export class PreviewError extends Error {
  override readonly name = 'PreviewError';
  /** Cell or parameter. */
  readonly at: string;

  constructor(text: string, at: string) {
    super(text);
    this.at = at;
  }
}

const BILLED_STATES: ReadonlySet<string> = new Set(['EXECUTED', 'SUPERSEDED', 'TERMINATED', 'EXPIRED']);

/** Whether versions in this state take part in a bill: they were executed once, and govern their own time. */
export function isBilled(state: string): boolean {
  return BILLED_STATES.has(state);
}

/** The executed versions of the contract by sequence, and above them the named version when it is not one of them. */
async function previewInput(source: PreviewSource, question: PreviewQuestion): Promise<PreviewInput> {
  const { versionId, period, asOf } = question;
  const contractId = versionId === undefined ? question.contractId : await source.contractOf(versionId);
  if (contractId === undefined) throw new PreviewError('Name a version or a contract.', 'versionId');
  const chosen = (await source.versions(contractId)).filter(
    ({ summary }) => isBilled(summary.state) || summary.versionId === versionId,
  );
  if (chosen.length === 0) {
    throw new PreviewError('The contract has no executed version yet. Preview one of its drafts.', 'contractId');
  }
  const versions = chosen.map(compiled);
  return { versions, facts: source.facts(contractId), period, ...(asOf === undefined ? {} : { asOf }) };
}

/** [FACT-5] The exact bytes of the preview. @throws PreviewError, DomainError */
export async function previewText(source: PreviewSource, question: PreviewQuestion): Promise<string> {
  return previewJson(preview(await previewInput(source, question)));
}

function compiled(stored: StoredVersion): ContractVersion {
  const { version, problems } = compileVersion(stored.content, versionMeta(stored));
  if (version !== null) return version;
  const [first] = problems;
  const at =
    first === undefined ? '' : [first.sheet, first.rowId, first.field].filter((part) => part !== null).join('/');
  throw new PreviewError(first?.text ?? 'The version cannot be billed as it stands.', at);
}
