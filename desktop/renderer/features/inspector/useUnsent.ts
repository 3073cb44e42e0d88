// What a person typed into a field of the inspector and has not sent: it waits at its place, also over a restart, until it is sent or
// given up. Owns no other person's words and nothing of a document.
import { useState } from 'react';
import { useEngine } from '../../app/engineContext.tsx';
import { useTroubles } from '../../app/troubles.tsx';
import { errorWords } from '../../kit/index.ts';

/** Words that wait, and the value they were typed upon where they are to replace one. */
export interface UnsentWords {
  readonly text: string;
  readonly upon: string | null;
}

export interface Unsent {
  readonly held: UnsentWords | null;
  keep(text: string, upon?: string | null): void;
  forget(): void;
}

function isWords(value: unknown): value is UnsentWords {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}

/** The words that wait at a place (a draft, a cell, a thread). A component shows one place: give it the place as its key. */
export function useUnsent(place: string): Unsent {
  const engine = useEngine();
  const troubles = useTroubles();
  const key = `unsent/${place}`;
  const [held, setHeld] = useState<UnsentWords | null>(() => {
    const kept = engine.preference(key);
    return isWords(kept) ? kept : null;
  });
  const set = (words: UnsentWords | null): void => {
    setHeld(words);
    engine.keepPreference(key, words).catch((error: unknown) => troubles.report(errorWords(error)));
  };
  return {
    held,
    keep: (text, upon = null) => set({ text, upon }),
    forget: () => set(null),
  };
}
