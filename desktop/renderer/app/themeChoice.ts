// Remembers the theme between starts. A preference, not data: it may be lost, and losing it changes nothing (DESIGN §2).
import type { AppStore } from '../store/index.ts';
import { THEME_CHOICES, type ThemeChoice } from '../theme/theme.ts';

const KEY = 'countersign.theme';

export function readThemeChoice(): ThemeChoice {
  const kept = window.localStorage.getItem(KEY);
  return THEME_CHOICES.find((choice) => choice === kept) ?? 'system';
}

export function rememberThemeChoice(store: AppStore): void {
  let last = store.getState().frame.theme;
  store.subscribe(() => {
    const { theme } = store.getState().frame;
    if (theme === last) return;
    last = theme;
    window.localStorage.setItem(KEY, theme);
  });
}
