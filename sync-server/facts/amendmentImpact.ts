/** How a version changes what its contract bills. Owns which versions and periods are compared; the kernel compares. */
import { impact } from '@countersign/shared/billing';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import { DomainError } from '@countersign/shared/money';
import type { Impact } from '@countersign/shared/protocol/api';
import { factPeriods } from './periods.ts';
import { isBilled, type PreviewSource } from './workspacePreview.ts';

/** [FACT-8] The effect on every period that has facts or contracted lines, or one sentence why it cannot be told. */
export async function amendmentImpact(source: PreviewSource, versionId: string): Promise<Impact | string> {
  const contractId = await source.contractOf(versionId);
  const stored = await source.versions(contractId);
  const named = stored.find(({ summary }) => summary.versionId === versionId);
  if (named === undefined) return 'The version is not there any more.';
  if (named.content.kind === 'RATE_CARD') return 'A rate card bills nothing by itself.';
  const earlier = stored.filter(({ summary }) => isBilled(summary.state) && summary.sequence < named.summary.sequence);
  const compiled = compileVersion(named.content, versionMeta(named));
  if (compiled.version === null) return compiled.problems[0]?.text ?? 'The version cannot be billed as it stands.';
  const base = earlier.flatMap((version) => compileVersion(version.content, versionMeta(version)).version ?? []);
  const facts = source.facts(contractId);
  try {
    const { currency, periods, lines, totalDelta, warnings } = impact({
      base,
      draft: compiled.version,
      facts,
      periods: factPeriods([...base, compiled.version], facts),
    });
    return { currency, periods: [...periods], lines: [...lines], totalDelta, warnings: [...warnings] };
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}
