// What a screen waits for, as a line above its content. Owns its look; when there is something to say decides `useSlowWords.ts`.

/** Nothing while there are no words. */
export function SlowNotice({ words }: { readonly words: string | null }) {
  if (words === null) return null;
  return (
    <p className="notice plain-notice" role="status">
      {words}
    </p>
  );
}
