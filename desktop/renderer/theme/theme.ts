// Light, dark or as the computer says. Owns the class on <body>; must not know who stores the choice.

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const DARK_QUERY = '(prefers-color-scheme: dark)';

/** Whether the choice means dark right now. */
function isDark(choice: ThemeChoice): boolean {
  return choice === 'dark' || (choice === 'system' && window.matchMedia(DARK_QUERY).matches);
}

/** Puts the theme on the page; every colour is a variable, so this is the whole switch. */
export function applyTheme(choice: ThemeChoice): void {
  const dark = isDark(choice);
  document.body.classList.toggle('bp6-dark', dark);
  document.body.dataset.theme = dark ? 'dark' : 'light';
}

/** Follows the computer while the choice is `system`. */
export function onSystemTheme(listener: () => void): () => void {
  const query = window.matchMedia(DARK_QUERY);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
