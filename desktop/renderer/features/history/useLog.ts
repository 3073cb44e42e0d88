// The log as pages, newest first, by filter. Owns asking and appending; must not verify (see `useProvenEntries.ts`).
import type { LogEntry } from '@countersign/shared/protocol/api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { errorWords } from '../../kit/index.ts';
import type { Period } from './logPeriod.ts';

/** Entries of a page. */
export const LOG_PAGE = 50;

export interface LogFilter {
  readonly doc: string | null;
  readonly user: string | null;
  readonly kind: string | null;
  readonly period: Period;
}

export interface LogPages {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; null at the end of the log. */
  readonly next: string | null;
  readonly loading: boolean;
  readonly error: string | null;
  readonly more: () => void;
  readonly reload: () => void;
}

interface State {
  readonly entries: readonly LogEntry[];
  readonly next: string | null;
  readonly loading: boolean;
  readonly error: string | null;
}
const START: State = { entries: [], next: null, loading: true, error: null };

export function useLog({ doc, user, kind, period: { from, to } }: LogFilter): LogPages {
  const engine = useEngine();
  const [state, setState] = useState<State>(START);
  const turn = useRef(0);
  const ask = useCallback(
    async (before: string | null) => {
      turn.current += 1;
      const mine = turn.current;
      setState((was) => ({ ...was, loading: true, error: null }));
      try {
        const page = await engine.api.log({
          limit: LOG_PAGE,
          ...(doc === null ? {} : { doc }),
          ...(user === null ? {} : { user }),
          ...(kind === null ? {} : { kind }),
          ...(from === null ? {} : { from }),
          ...(to === null ? {} : { to }),
          ...(before === null ? {} : { before }),
        });
        if (turn.current !== mine) return;
        setState((was) => ({
          entries: before === null ? page.entries : [...was.entries, ...page.entries],
          next: page.next,
          loading: false,
          error: null,
        }));
      } catch (error) {
        if (turn.current === mine) setState((was) => ({ ...was, loading: false, error: errorWords(error) }));
      }
    },
    [engine, doc, user, kind, from, to],
  );
  useEffect(() => {
    setState(START);
    void ask(null);
    return () => {
      turn.current += 1;
    };
  }, [ask]);
  return {
    ...state,
    more: () => {
      if (state.next !== null && !state.loading) void ask(state.next);
    },
    reload: () => void ask(null),
  };
}
