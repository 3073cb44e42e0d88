// Keys as people know them on this computer.

const IS_MAC = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);

/** `Ctrl+K` as written on this computer: ⌘K on a Mac. */
export function keyText(keys: string): string {
  return IS_MAC ? keys.replaceAll('Ctrl+', '⌘').replaceAll('Alt+', '⌥').replaceAll('Shift+', '⇧') : keys;
}

/** A shortcut beside an action. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return (
    <span className="key-hint" aria-hidden="true">
      <kbd>{keyText(keys)}</kbd>
    </span>
  );
}
