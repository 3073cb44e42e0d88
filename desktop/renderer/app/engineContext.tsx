// How components reach the engine, the session, an open draft and an answer of the server. Owns subscriptions; must not hold rows.

import type { VersionDetail } from '@countersign/shared/protocol/api';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { errorWords } from '../kit/index.ts';
import type { DraftSession } from '../sync/draftSession.ts';
import type { EngineSession, Reachability } from '../sync/engine.ts';
import { type AnswerState, Answers } from './answers.ts';
import { type Answer, type AppEngine, askOrKept } from './appEngine.ts';

const EngineContext = createContext<AppEngine | null>(null);

export function EngineProvider({ engine, children }: { readonly engine: AppEngine; readonly children: ReactNode }) {
  return <EngineContext.Provider value={engine}>{children}</EngineContext.Provider>;
}

/** The one engine of this window. */
export function useEngine(): AppEngine {
  const engine = useContext(EngineContext);
  if (engine === null) throw new Error('useEngine is used outside EngineProvider. Wrap the component in it.');
  return engine;
}

/** Who is signed in, or null. */
export function useSession(): EngineSession | null {
  const engine = useEngine();
  return useSyncExternalStore(
    useCallback((listener: () => void) => engine.onSession(listener), [engine]),
    () => engine.session(),
  );
}

/** Whether the server answers now. */
export function useReachability(): Reachability {
  const engine = useEngine();
  return useSyncExternalStore(
    useCallback((listener: () => void) => engine.onReachable(listener), [engine]),
    () => engine.reachable(),
  );
}

export interface OpenedDraft {
  readonly draft: DraftSession | null;
  /** Why it could not be opened, in words. */
  readonly error: string | null;
}

/** Opens a version's document (or finds it open). `draft` is null until the local copy is loaded. */
export function useDraft(versionId: string): OpenedDraft {
  const engine = useEngine();
  const [opened, setOpened] = useState<OpenedDraft & { readonly of: string }>({ draft: null, error: null, of: '' });
  useEffect(() => {
    let current = true;
    engine.openDraft(versionId).then(
      (draft) => current && setOpened({ draft, error: null, of: versionId }),
      (error: unknown) => current && setOpened({ draft: null, error: errorWords(error), of: versionId }),
    );
    return () => {
      current = false;
    };
  }, [engine, versionId]);
  return opened.of === versionId ? opened : { draft: null, error: null };
}

/** Renders again, at most once a frame, when the draft's status, presence, contests, attention or role change. Returns a count that grows. */
export function useDraftState(draft: DraftSession | null): number {
  return useFrames(useCallback((listener: () => void) => draft?.onState(listener), [draft]));
}

/** Renders again, at most once a frame, when cells or rows of the draft change. Returns a count that grows. */
export function useDraftView(draft: DraftSession | null): number {
  return useFrames(useCallback((listener: () => void) => draft?.onView(listener), [draft]));
}

/** A count that grows at most once a frame: what comes in a burst, as the batches of a large paste do, is drawn together. */
function useFrames(listen: (listener: () => void) => (() => void) | undefined): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    let frame = 0;
    const off = listen(() => {
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        setCount((n) => n + 1);
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      off?.();
    };
  }, [listen]);
  return count;
}

export interface QueryResult<T> extends AnswerState<T> {
  readonly reload: () => Promise<void>;
}

const sharedAnswers = new WeakMap<AppEngine, Answers>();

/** The answers shared by every component under one engine. */
export function answersOf(engine: AppEngine): Answers {
  const held = sharedAnswers.get(engine);
  if (held !== undefined) return held;
  const made = new Answers();
  sharedAnswers.set(engine, made);
  return made;
}

/** An answer by key: asked once, shared, kept visible while it is asked again. `key` names everything `ask` closes over. */
export function useQuery<T>(key: string, ask: () => Promise<T>): QueryResult<T> {
  const engine = useEngine();
  const answers = answersOf(engine);
  const state = useSyncExternalStore(
    useCallback((listener: () => void) => answers.subscribe(key, listener), [answers, key]),
    () => answers.state(key),
  ) as AnswerState<T>;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new closure with the same key asks for the same thing.
  useEffect(() => answers.want(key, ask), [answers, key]);
  const reload = useCallback(() => answers.reload(key), [answers, key]);
  return { ...state, reload };
}

/** State, permissions and blockers of a version, shared by the top bar and the screens. */
export function useVersion(versionId: string): QueryResult<Answer<VersionDetail>> {
  const engine = useEngine();
  return useQuery(`version:${versionId}`, () =>
    askOrKept(
      () => engine.api.version(versionId),
      () => engine.cached.version(versionId),
    ),
  );
}
