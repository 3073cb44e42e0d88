/** Links amounts to the contract's words. Owns: the clause fields of a trace step. Must not: interpret the words. */
import type { ContractVersion } from '@countersign/shared/model';

/** clauseId and clauseText of a step, where the version has that clause. */
export function clauseFields(
  version: ContractVersion,
  clauseId: string | undefined,
): { clauseId?: string; clauseText?: string } {
  if (clauseId === undefined) return {};
  const clause = version.clauses?.find((c) => c.id === clauseId);
  return clause === undefined ? { clauseId } : { clauseId, clauseText: clause.text };
}
