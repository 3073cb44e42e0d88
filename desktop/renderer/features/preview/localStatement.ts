// The statement computed on this computer: which versions it stands on, the instant it is known at, the kernel's result and bytes.
// Owns the same choice of inputs as POST /preview, so that both come to equal bytes. Pure.
import { type PreviewResult, preview, previewJson } from '@countersign/shared/billing';
import { versionName } from '@countersign/shared/lifecycle';
import { buildZoneTable, type ContractVersion, dayNumber, dayStart } from '@countersign/shared/model';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import type { RowContent, WorkbookContent } from '@countersign/shared/model/sheets';
import type { Contract, Facts, VersionContent, VersionDetail, VersionSummary } from '@countersign/shared/protocol/api';

/** States whose terms governed at some time. */
const EXECUTED_STATES: ReadonlySet<string> = new Set(['EXECUTED', 'SUPERSEDED', 'TERMINATED', 'EXPIRED']);

/** Every executed version of the contract, by sequence, and the named one where it is not among them. */
export function versionsBilled(contract: Contract, versionId: string): VersionSummary[] {
  return contract.versions
    .filter((version) => version.versionId === versionId || EXECUTED_STATES.has(version.state))
    .sort((a, b) => a.sequence - b.sequence);
}

/** Why a version cannot be billed, in words. */
export class NothingToBill extends Error {
  override readonly name = 'NothingToBill';
}

export interface VersionInput {
  readonly detail: VersionDetail;
  readonly content: VersionContent;
}

export interface CompiledVersions {
  readonly versions: readonly ContractVersion[];
  /** Sentences about cells that could not be read; the kernel lists their rows as left out. */
  readonly problems: readonly string[];
}

/** The answer's rows with their ids checked: the wire shape leaves every field optional. */
function workbookContent({ content }: VersionContent): WorkbookContent {
  const sheets: Record<string, RowContent[]> = {};
  for (const [sheet, rows] of Object.entries(content.sheets)) {
    sheets[sheet] = rows.map((row) => {
      const { rowId } = row;
      if (rowId === undefined)
        throw new NothingToBill(`A row of ${sheet} came without its id. Open the version again.`);
      return { ...row, rowId };
    });
  }
  return { ...content, sheets };
}

/**
 * The kernel's versions of what the sheets say.
 * @throws NothingToBill when the head of a version is missing: nothing can be billed from it.
 */
export function compileVersions(inputs: readonly VersionInput[]): CompiledVersions {
  const problems: string[] = [];
  const versions = inputs.map(({ detail, content }) => {
    const compiled = compileVersion(workbookContent(content), versionMeta(detail));
    problems.push(...compiled.problems.map((problem) => problem.text));
    if (compiled.version === null)
      throw new NothingToBill(
        `${versionName(detail.summary)} cannot be billed yet. ${compiled.problems.map((p) => p.text).join(' ')}`,
      );
    return compiled.version;
  });
  return { versions, problems };
}

/** The last instant of a local date in the contract's time zone: what was known on that day. */
export function endOfDay(date: string, timeZone: string): string {
  const day = dayNumber(date);
  const around = Date.parse(`${date}T00:00:00Z`);
  const table = buildZoneTable(timeZone, around, around);
  return new Date(dayStart(table, day + 1) - 1).toISOString();
}

export interface StatementRequest {
  readonly versions: readonly ContractVersion[];
  readonly facts: Facts;
  readonly period: string;
  readonly asOf: string | null;
}

/** The kernel's answer and its canonical bytes. @throws DomainError for what cannot be billed. */
export function localStatement(request: StatementRequest): { result: PreviewResult; json: string } {
  const { versions, facts, period, asOf } = request;
  const { offsets, ...known } = facts;
  const result = preview({
    versions,
    facts: known,
    period,
    posted: [],
    // Browsers and the server disagree on a few time zones: the server's tables decide, also offline.
    ...(offsets === undefined ? {} : { offsets }),
    ...(asOf === null ? {} : { asOf }),
  });
  return { result, json: previewJson(result) };
}
