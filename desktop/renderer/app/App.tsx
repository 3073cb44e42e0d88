// The shell and the route table. Owns which screen stands where; screens own themselves.
import { Suspense, useEffect } from 'react';
import type { CountersignHost } from '../../host/index.ts';
import { HomeScreen } from '../features/home/HomeScreen.tsx';
// The palette is here from the start: what is typed right after Ctrl+K belongs to it.
import { CommandPalette } from '../features/palette/index.ts';
import { CodeScreen } from '../features/signIn/CodeScreen.tsx';
import { SignedInScreen } from '../features/signIn/CompanySignIn.tsx';
import { SignInScreen } from '../features/signIn/SignInScreen.tsx';
import { WorkbookScreen } from '../features/workbook/WorkbookScreen.tsx';
import { EmptyState } from '../kit/index.ts';
import { dialogOpened, useAppDispatch, useAppSelector } from '../store/index.ts';
import { applyTheme, onSystemTheme } from '../theme/theme.ts';
import { askOrKept } from './appEngine.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { answersOf, useEngine, useQuery, useReachability, useSession, useVersion } from './engineContext.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import {
  ExportsScreen,
  HistoryScreen,
  ImportScreen,
  ParkedScreen,
  PeopleScreen,
  PreviewScreen,
  ReviewScreen,
  useScreensAhead,
} from './lateScreens.tsx';
import { Nav } from './Nav.tsx';
import { documentPath, type Route, useRoute } from './routes.ts';
import { ScreenFrame } from './ScreenFrame.tsx';
import { TroublesProvider } from './troubles.tsx';
import { useDocumentOpened } from './useDocumentOpened.ts';
import { usePrint } from './usePrint.ts';
import { useRegions } from './useRegions.ts';
import { useUnkeptGuard } from './useUnkeptGuard.ts';

function Screen({ route }: { readonly route: Route }) {
  switch (route.at) {
    case 'home':
      return <HomeScreen list={route.list} />;
    case 'document':
      return <DocumentScreen key={route.versionId} route={route} />;
    case 'history':
      return <HistoryScreen />;
    case 'parked':
      return <ParkedScreen />;
    case 'exports':
      return <ExportsScreen />;
    case 'imports':
      return <ImportScreen {...(route.versionId === null ? {} : { versionId: route.versionId })} />;
    case 'people':
      return <PeopleScreen />;
    default:
      return (
        <ScreenFrame title="Nothing here">
          <EmptyState title="This address leads nowhere">
            Go to <a href="#/">Home</a> and open the document from there.
          </EmptyState>
        </ScreenFrame>
      );
  }
}

function DocumentScreen({ route }: { readonly route: Extract<Route, { at: 'document' }> }) {
  const { versionId } = route;
  useDocumentOpened(versionId);
  const { data, error } = useVersion(versionId);
  if (data === null && error !== null)
    return (
      <ScreenFrame title={versionId}>
        <EmptyState title="This version could not be opened">
          {error} It was not opened on this computer before. <a href="#/">Back to Home</a>
        </EmptyState>
      </ScreenFrame>
    );
  switch (route.view) {
    case 'workbook':
      return <WorkbookScreen versionId={versionId} cell={route.cell} />;
    case 'preview':
      return <PreviewScreen versionId={versionId} />;
    case 'review':
      return <ReviewScreen versionId={versionId} />;
    default:
      return <HistoryScreen versionId={versionId} />;
  }
}

/** The place as one text, so that going elsewhere also leaves a failed screen. */
function placeOf(route: Route): string {
  return route.at === 'document' ? documentPath(route.versionId, route.view) : route.at;
}

export function App({ host }: { readonly host: CountersignHost }) {
  const route = useRoute();
  const session = useSession();
  const engine = useEngine();
  const theme = useAppSelector((state) => state.frame.theme);
  useEffect(() => {
    applyTheme(theme);
    return onSystemTheme(() => applyTheme(theme));
  }, [theme]);
  useUnkeptGuard(engine);
  const saveWork = async () => {
    const bytes = new TextEncoder().encode(await engine.exportWaiting());
    await engine.saveFile('unsent-work.json', bytes, 'application/json');
  };
  if (session === null || route.at === 'signIn' || route.at === 'code' || route.at === 'signedIn')
    return (
      <ErrorBoundary onExport={saveWork} place="sign-in">
        <WayIn route={route} />
      </ErrorBoundary>
    );
  return (
    <TroublesProvider>
      <Signed route={route} saveWork={saveWork} />
      <ConfirmDialog host={host} />
    </TroublesProvider>
  );
}

/** Before somebody is signed in there are only these places. */
function WayIn({ route }: { readonly route: Route }) {
  if (route.at === 'code') return <CodeScreen key={route.code} code={route.code} />;
  if (route.at === 'signedIn') return <SignedInScreen code={route.code} />;
  return <SignInScreen />;
}

function Signed({ route, saveWork }: { readonly route: Route; readonly saveWork: () => Promise<void> }) {
  const engine = useEngine();
  const dispatch = useAppDispatch();
  const { dialog, announcement } = useAppSelector((state) => state.frame);
  const workspace = useQuery('workspace', () => askOrKept(engine.api.workspace, engine.cached.workspace)).data?.value;
  useRegions();
  usePrint(route);
  useScreensAhead();
  const reachable = useReachability();
  // Kept answers are told apart by their age; when the server is back they give way to its own.
  useEffect(() => {
    if (reachable === 'online') void answersOf(engine).refresh();
  }, [engine, reachable]);
  // Where a key means the same everywhere in the app.
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        dispatch(dialogOpened('palette'));
      } else if (event.key === 'F1' || (event.key === '?' && !isTyping(event.target))) {
        event.preventDefault();
        dispatch(dialogOpened('keys'));
      }
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, [dispatch]);
  return (
    <div className="shell">
      <button type="button" className="skip-link" onClick={skipToContent}>
        Go to the content
      </button>
      <Nav route={route} workspaceName={workspace?.name ?? 'Workspace'} />
      <ErrorBoundary onExport={saveWork} place={placeOf(route)}>
        <Suspense fallback={<main className="main" id="main" aria-busy="true" />}>
          <Screen route={route} />
        </Suspense>
      </ErrorBoundary>
      {dialog === 'palette' && <CommandPalette />}
      {dialog === 'keys' && <KeysDialog />}
      <div className="visually-hidden" role="status" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}

/** In a field, an editor or on a cell of a sheet a question mark is text. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], .ag-cell') !== null;
}

/** A hash link would change the route; this only moves the focus. */
function skipToContent(): void {
  const main = document.getElementById('main');
  main?.setAttribute('tabindex', '-1');
  main?.focus();
}
