// Holds the window while a change is not on the disk of this computer: the last key press before a reload counts as well.
import { useEffect } from 'react';
import { KEEP_TYPING } from '../kit/keepTyping.ts';
import type { AppEngine } from './appEngine.ts';

/** How often a held window looks whether the disk is done. */
const LOOK_EVERY_MS = 50;

/** A browser asks the person; the desktop app's window closes by itself once the change is kept. */
export function useUnkeptGuard(engine: AppEngine): void {
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const guard = (event: BeforeUnloadEvent) => {
      window.dispatchEvent(new Event(KEEP_TYPING));
      if (engine.isKept()) return;
      event.preventDefault();
      if (engine.host.platform === 'browser') return;
      timer ??= setInterval(() => {
        if (!engine.isKept()) return;
        clearInterval(timer);
        window.close();
      }, LOOK_EVERY_MS);
    };
    window.addEventListener('beforeunload', guard);
    return () => {
      clearInterval(timer);
      window.removeEventListener('beforeunload', guard);
    };
  }, [engine]);
}
