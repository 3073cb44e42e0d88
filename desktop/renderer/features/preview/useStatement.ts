// Everything the preview screen shows: loads versions and facts (kept ones when the server is away), computes the statement here, and
// compares its bytes with the server's. Owns loading and its age; the arithmetic is the kernel's.
import type { PreviewResult } from '@countersign/shared/billing';
import type { Clause, ContractVersion } from '@countersign/shared/model';
import type { Contract, Facts } from '@countersign/shared/protocol/api';
import { useEffect, useMemo, useState } from 'react';
import { type Answer, type AppEngine, askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useReachability } from '../../app/engineContext.tsx';
import { errorWords } from '../../kit/index.ts';
import { type BillingPeriod, billingPeriods, firstPeriod } from './billingPeriods.ts';
import {
  compileVersions,
  endOfDay,
  localStatement,
  NothingToBill,
  type VersionInput,
  versionsBilled,
} from './localStatement.ts';
import { compareStatements, type ServerCheck } from './sameBytes.ts';

export interface Statement {
  readonly result: PreviewResult;
  /** Canonical bytes as text. */
  readonly json: string;
  readonly versions: readonly ContractVersion[];
  readonly clauses: readonly Clause[];
  readonly facts: Facts;
  /** When the oldest kept input was answered; null when all came from the server just now. */
  readonly keptAt: string | null;
}

export interface Inputs {
  readonly versions: readonly ContractVersion[];
  readonly problems: readonly string[];
  readonly facts: Facts;
  readonly factKeys: readonly string[];
  readonly timeZone: string;
  readonly keptAt: string | null;
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** Versions and facts a version is billed from; kept ones where the server is away. */
export async function loadInputs(engine: AppEngine, versionId: string): Promise<Inputs> {
  const ages: string[] = [];
  const value = async <T>(answer: Promise<Answer<T>>): Promise<T> => {
    const { value: got, at } = await answer;
    if (at !== null) ages.push(at);
    return got;
  };
  const { api, cached } = engine;
  const contracts = await value<Contract[]>(askOrKept(api.contracts, cached.contracts));
  const contract = contracts.find((each) => each.versions.some((version) => version.versionId === versionId));
  if (contract === undefined)
    throw new NothingToBill('This version is not among the contracts you may read, so there is nothing to bill here.');
  if (contract.kind === 'RATE_CARD')
    throw new NothingToBill('A rate card bills nothing by itself. Open the preview of a contract that uses its rates.');
  const inputs = await Promise.all(
    versionsBilled(contract, versionId).map(
      async ({ versionId: id }): Promise<VersionInput> => ({
        detail: await value(
          askOrKept(
            () => api.version(id),
            () => cached.version(id),
          ),
        ),
        content: await value(
          askOrKept(
            () => api.content(id),
            () => cached.content(id),
          ),
        ),
      }),
    ),
  );
  const { versions, problems } = compileVersions(inputs);
  const factKeys = await value<string[]>(
    askOrKept(
      () => api.factPeriods(contract.id),
      () => cached.factPeriods(contract.id),
    ),
  );
  // The answer holds every fact of the contract, because tier counters may run over more than one period.
  const factsOf = factKeys.at(-1) ?? today().slice(0, 7);
  const facts = await value<Facts>(
    askOrKept(
      () => api.facts(contract.id, factsOf),
      () => cached.facts(contract.id, factsOf),
    ),
  );
  const timeZone = versions.at(-1)?.timeZone ?? 'UTC';
  return { versions, problems, facts, factKeys, timeZone, keptAt: [...ages].sort()[0] ?? null };
}

export interface StatementView {
  readonly loaded: { readonly periods: readonly BillingPeriod[]; readonly period: BillingPeriod } | null;
  readonly statement: Statement | null;
  readonly check: ServerCheck;
  /** What went wrong, in words, with the way on. */
  readonly problem: string | null;
  /** Cells that could not be read. */
  readonly cellProblems: readonly string[];
  readonly loading: boolean;
  readonly reload: () => void;
}

/** @param chosen the picked period, or null for the one with the newest facts. @param knownOn ISO date, or null. */
export function useStatement(versionId: string, chosen: BillingPeriod | null, knownOn: string | null): StatementView {
  const engine = useEngine();
  const reachable = useReachability();
  const asked = useQuery(`statementInputs:${versionId}`, () => loadInputs(engine, versionId));
  const inputs = asked.data;
  const loaded = useMemo(() => {
    if (inputs === null) return null;
    const periods = billingPeriods(inputs.versions, inputs.factKeys, today());
    const period = chosen ?? firstPeriod(periods, inputs.factKeys, today());
    return period === undefined ? null : { periods, period };
  }, [inputs, chosen]);
  const periodKey = loaded?.period.key ?? null;

  const computed = useMemo((): { statement: Statement | null; asOf: string | null; problem: string | null } => {
    if (inputs === null || periodKey === null) return { statement: null, asOf: null, problem: null };
    try {
      const asOf = knownOn === null ? null : endOfDay(knownOn, inputs.timeZone);
      const { result, json } = localStatement({ ...inputs, period: periodKey, asOf });
      // A later version's words stand for an earlier clause of the same id.
      const clauses = new Map(inputs.versions.flatMap((v) => v.clauses ?? []).map((clause) => [clause.id, clause]));
      const statement = {
        result,
        json,
        versions: inputs.versions,
        clauses: [...clauses.values()],
        facts: inputs.facts,
        keptAt: inputs.keptAt,
      };
      return { statement, asOf, problem: null };
    } catch (error) {
      return { statement: null, asOf: null, problem: errorWords(error) };
    }
  }, [inputs, periodKey, knownOn]);

  const [check, setCheck] = useState<ServerCheck>({ is: 'asking' });
  const { statement, asOf } = computed;
  useEffect(() => {
    if (statement === null) return;
    if (reachable === 'offline') {
      setCheck({ is: 'offline' });
      return;
    }
    let current = true;
    setCheck({ is: 'asking' });
    const { period } = statement.result;
    engine.api.preview({ versionId, period: period.key, ...(asOf === null ? {} : { asOf }) }).then(
      (server) => current && setCheck(compareStatements(statement.json, server)),
      (error: unknown) => {
        if (!current) return;
        const away = error instanceof Error && error.name === 'Offline';
        setCheck(away ? { is: 'offline' } : { is: 'refused', why: errorWords(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [engine, versionId, statement, asOf, reachable]);

  return {
    loaded,
    statement,
    check,
    problem: asked.error ?? computed.problem,
    cellProblems: inputs?.problems ?? [],
    loading: asked.loading && inputs === null,
    reload: () => void asked.reload(),
  };
}
