// Printing a document's screen: in the light, and told to the server, which cannot see it (AUD-6). Owns both ends of a print.
import { useEffect } from 'react';
import { errorWords } from '../kit/index.ts';
import { useAppSelector } from '../store/index.ts';
import { applyTheme } from '../theme/theme.ts';
import { useEngine } from './engineContext.tsx';
import type { Route } from './routes.ts';
import { useTroubles } from './troubles.tsx';

/** Rows of tables and sheets on the screen, which are what the paper shows; a screen without any is one. */
export function rowsOnScreen(page: ParentNode): number {
  return Math.max(1, page.querySelectorAll('main tbody tr, main .ag-center-cols-container .ag-row').length);
}

/** Follows the prints of a window; returns the way to stop. */
export function followPrints(window: Window, begins: () => void, ends: () => void): () => void {
  window.addEventListener('beforeprint', begins);
  window.addEventListener('afterprint', ends);
  return () => {
    window.removeEventListener('beforeprint', begins);
    window.removeEventListener('afterprint', ends);
  };
}

export function usePrint(route: Route): void {
  const engine = useEngine();
  const { report } = useTroubles();
  const theme = useAppSelector((state) => state.frame.theme);
  const versionId = route.at === 'document' ? route.versionId : null;
  useEffect(() => {
    const begins = () => {
      // Paper is white, whatever the screen is.
      applyTheme('light');
      if (versionId === null) return;
      engine.api.reportRead({ action: 'print', versionId, rows: rowsOnScreen(document) }).catch((error: unknown) => {
        // Without the server nobody can be told, as with a copy.
        if (!(error instanceof Error && error.name === 'Offline')) report(errorWords(error));
      });
    };
    return followPrints(window, begins, () => applyTheme(theme));
  }, [engine, report, theme, versionId]);
}
