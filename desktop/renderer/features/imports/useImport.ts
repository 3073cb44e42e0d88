// One import from chosen file to written rows, as the server reports it. Owns the steps and the asking again while it works; leaving the
// screen or choosing another file cancels what was not committed, so that nothing is left half done.
import type { ImportMapping, ImportStarted, ImportState } from '@countersign/shared/protocol/api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { answersOf, useEngine } from '../../app/engineContext.tsx';
import { countText } from '../../kit/index.ts';
import { importProblem, MOST_BYTES } from './importWords.ts';

const ASK_AGAIN_MS = 250;

export interface ImportWork {
  readonly fileName: string | null;
  readonly started: ImportStarted | null;
  readonly state: ImportState | null;
  readonly busy: 'reading' | 'checking' | 'committing' | null;
  readonly problem: string | null;
  readonly open: (file: File) => Promise<void>;
  readonly check: (draftId: string, mapping: ImportMapping) => Promise<void>;
  readonly commit: () => Promise<void>;
  /** Ends the work on this file. Nothing was written. */
  readonly cancel: () => Promise<void>;
  /** Back to the mapping of the same file. */
  readonly changeMapping: () => void;
}

interface Held {
  readonly fileName: string | null;
  readonly started: ImportStarted | null;
  readonly state: ImportState | null;
  readonly busy: ImportWork['busy'];
  readonly problem: string | null;
}
const NOTHING: Held = { fileName: null, started: null, state: null, busy: null, problem: null };

export function useImport(): ImportWork {
  const engine = useEngine();
  const [held, setHeld] = useState<Held>(NOTHING);
  const open = useRef<{ importId: string; committed: boolean } | null>(null);
  const turn = useRef(0);

  const discard = useCallback(async () => {
    turn.current += 1;
    const before = open.current;
    open.current = null;
    if (before !== null && !before.committed) await engine.api.imports.cancel(before.importId);
  }, [engine]);

  useEffect(
    () => () => {
      // Nobody is left to tell when cancelling fails; the server forgets an uncommitted import by itself.
      discard().catch(() => undefined);
    },
    [discard],
  );

  /** Asks for the state until it rests, showing each answer. Another turn (cancel, other file) ends the asking. */
  const follow = async (importId: string, mine: number, first: ImportState): Promise<ImportState | null> => {
    let state = first;
    while (state.state === 'checking' || state.state === 'committing') {
      setHeld((was) => ({ ...was, state }));
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      if (turn.current !== mine) return null;
      state = await engine.api.imports.state(importId);
      if (turn.current !== mine) return null;
    }
    return state;
  };

  const work = async (busy: NonNullable<Held['busy']>, ask: (importId: string) => Promise<ImportState>) => {
    const current = open.current;
    if (current === null) return;
    turn.current += 1;
    const mine = turn.current;
    setHeld((was) => ({ ...was, busy, problem: null }));
    try {
      const state = await follow(current.importId, mine, await ask(current.importId));
      if (state === null) return;
      if (state.state === 'committed') {
        current.committed = true;
        await answersOf(engine).refresh();
      }
      const problem =
        state.state === 'failed' ? (state.reason ?? 'The server stopped the import. Nothing was written.') : null;
      setHeld((was) => ({ ...was, state, busy: null, problem }));
    } catch (error) {
      if (turn.current === mine) setHeld((was) => ({ ...was, busy: null, problem: importProblem(error) }));
    }
  };

  return {
    ...held,
    open: async (file) => {
      try {
        await discard();
      } catch (error) {
        setHeld((was) => ({ ...was, problem: importProblem(error) }));
      }
      const mine = turn.current;
      if (file.size > MOST_BYTES) {
        const size = countText(Math.ceil(file.size / 1024 / 1024));
        setHeld({
          ...NOTHING,
          problem: `${file.name} has ${size} MB; at most 64 can be read. Split it and import the parts.`,
        });
        return;
      }
      setHeld({ ...NOTHING, fileName: file.name, busy: 'reading' });
      try {
        const bytes = new Uint8Array(await file.arrayBuffer());
        const started = await engine.api.imports.start(file.name, bytes);
        if (turn.current !== mine) return;
        open.current = { importId: started.importId, committed: false };
        setHeld({ ...NOTHING, fileName: file.name, started });
      } catch (error) {
        if (turn.current === mine) setHeld({ ...NOTHING, fileName: file.name, problem: importProblem(error) });
      }
    },
    check: (draftId, mapping) => work('checking', (id) => engine.api.imports.check(id, draftId, mapping)),
    commit: () => work('committing', (id) => engine.api.imports.commit(id)),
    cancel: async () => {
      try {
        await discard();
        setHeld(NOTHING);
      } catch (error) {
        setHeld({ ...NOTHING, problem: importProblem(error) });
      }
    },
    changeMapping: () => {
      turn.current += 1;
      setHeld((was) => ({ ...was, state: null, busy: null, problem: null }));
    },
  };
}
