// The one locale everything here is shown in. Must not format anything itself.

/**
 * The computer's locale where `Intl` can use it, else English. A POSIX system may say `en-US@posix` or `C`, which no language tag
 * allows and every `Intl` constructor refuses.
 */
export function usableLocale(asked: readonly string[]): string {
  for (const tag of asked) {
    const plain = tag.replace(/[.@].*$/, '').replaceAll('_', '-');
    try {
      const [known] = Intl.DateTimeFormat.supportedLocalesOf(plain);
      if (known !== undefined) return known;
    } catch (error) {
      // Only a malformed tag: the next one may do.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return 'en-US';
}

/** Read once: a change of the computer's language counts from the next start. */
export const LOCALE: string = usableLocale(globalThis.navigator?.languages ?? []);
