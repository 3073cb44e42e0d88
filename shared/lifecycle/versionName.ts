// What people call a version. Pure words, the same on every screen, in the history and in what is signed.

/** `Amendment 2`, `Version 1`, `Renewal 3`: amendments are counted from the first version. @param kind of the version, as stored. */
export function versionName({ kind, sequence }: { readonly kind: string; readonly sequence: number }): string {
  switch (kind) {
    case 'AMENDMENT':
      return `Amendment ${sequence - 1}`;
    case 'RENEWAL':
      return `Renewal ${sequence}`;
    case 'TERMINATION':
      return `Termination, version ${sequence}`;
    default:
      return `Version ${sequence}`;
  }
}

/** The same within a sentence: `amendment 2`. */
export function versionWords(version: { readonly kind: string; readonly sequence: number }): string {
  const name = versionName(version);
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
