// Computes both sides of an impact on this computer, as the preview does, from the versions and facts it holds. Owns loading only.
import type { PreviewResult } from '@countersign/shared/billing';
import { DomainError } from '@countersign/shared/money';
import type { Impact } from '@countersign/shared/protocol/api';
import { useMemo } from 'react';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { localStatement } from '../preview/localStatement.ts';
import { loadInputs } from '../preview/useStatement.ts';
import { type ImpactPart, impactParts } from './impactParts.ts';

/** null while it loads, and where the parts cannot be told here: the server's net stands alone then. */
export function useImpactParts(versionId: string, contentHash: string, impact: Impact): readonly ImpactPart[] | null {
  const engine = useEngine();
  const { data: inputs } = useQuery(`impactInputs:${versionId}:${contentHash}`, () => loadInputs(engine, versionId));
  return useMemo(() => {
    if (inputs === null) return null;
    const { versions, facts } = inputs;
    const side = (billed: typeof versions): PreviewResult[] =>
      impact.periods
        .filter(({ period }) => billed.some((version) => version.effectiveFrom.slice(0, 7) <= period.slice(0, 7)))
        .map(({ period }) => localStatement({ versions: billed, facts, period, asOf: null }).result);
    try {
      return impactParts(side(versions.filter(({ id }) => id !== versionId)), side(versions), impact);
    } catch (error) {
      // What cannot be billed has its reason in the preview; here the server's net is enough.
      if (error instanceof DomainError) return null;
      throw error;
    }
  }, [inputs, impact, versionId]);
}
