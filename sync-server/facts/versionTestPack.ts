/** The test pack of a version of the workspace. Owns which versions its cases are billed with; must not refuse an export by itself. */
import { runTestPack, type TestOutcome } from '@countersign/shared/billing';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import { isBilled, type PreviewSource } from './workspacePreview.ts';

/** Whether a workbook carries test cases; without them nothing needs to be compiled. */
export function hasTestCases(content: WorkbookContent): boolean {
  return (content.sheets.terms ?? []).some(({ key }) => key?.startsWith('model.version.testCases') === true);
}

/**
 * [TEST-1] Runs the cases a version carries, with the executed versions before it. Empty without cases; a version that cannot be
 * billed has none that pass, and says why as the outcome of one.
 */
export async function versionTestPack(source: PreviewSource, versionId: string): Promise<TestOutcome[]> {
  const versions = await source.versions(await source.contractOf(versionId));
  const own = versions.find(({ summary }) => summary.versionId === versionId);
  if (own === undefined || !hasTestCases(own.content)) return [];
  const { version, problems } = compileVersion(own.content, versionMeta(own));
  if (version === null) {
    const problem = problems[0]?.text ?? 'The version cannot be billed as it stands.';
    return [{ id: 'version', title: 'The version itself', passed: false, differences: [], problem }];
  }
  const before = versions
    .filter(({ summary }) => summary.sequence < own.summary.sequence && isBilled(summary.state))
    .flatMap((stored) => compileVersion(stored.content, versionMeta(stored)).version ?? []);
  return runTestPack(version, before);
}
