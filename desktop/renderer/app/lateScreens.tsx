// The screens that are loaded apart from the app. Owns when they are loaded: ahead, once somebody is signed in, so that losing the network
// or the server hides none of them.
import { type ComponentType, lazy, useEffect } from 'react';
import { useReachability } from './engineContext.tsx';
import { ScreenNotLoaded } from './screenNotLoaded.ts';

interface LateScreen<Props> {
  readonly Screen: ComponentType<Props>;
  load(): Promise<unknown>;
}

function late<Props extends object>(load: () => Promise<ComponentType<Props>>): LateScreen<Props> {
  const Screen = lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      throw new ScreenNotLoaded(error);
    }
  });
  return { Screen: Screen as unknown as ComponentType<Props>, load };
}

const history = late(async () => (await import('../features/history/index.ts')).HistoryScreen);
const review = late(async () => (await import('../features/review/index.ts')).ReviewScreen);
const preview = late(async () => (await import('../features/preview/index.ts')).PreviewScreen);
const imports = late(async () => (await import('../features/imports/index.ts')).ImportScreen);
const exports = late(async () => (await import('../features/exports/index.ts')).ExportsScreen);
const people = late(async () => (await import('../features/people/index.ts')).PeopleScreen);
const parked = late(async () => (await import('../features/parked/index.ts')).ParkedScreen);

export const HistoryScreen = history.Screen;
export const ReviewScreen = review.Screen;
export const PreviewScreen = preview.Screen;
export const ImportScreen = imports.Screen;
export const ExportsScreen = exports.Screen;
export const PeopleScreen = people.Screen;
export const ParkedScreen = parked.Screen;

const ALL = [history, review, preview, imports, exports, people, parked];

/** Loads the other screens one after the other while the window has nothing to do and the server is there. */
export function useScreensAhead(): void {
  const reachable = useReachability();
  useEffect(() => {
    if (reachable !== 'online') return;
    let gone = false;
    const next = (at: number): void => {
      const screen = ALL[at];
      if (screen === undefined || gone) return;
      const goOn = () => next(at + 1);
      // A screen that cannot be loaded now says so when it is opened.
      requestIdleCallback(() => void screen.load().then(goOn, goOn));
    };
    next(0);
    return () => {
      gone = true;
    };
  }, [reachable]);
}
