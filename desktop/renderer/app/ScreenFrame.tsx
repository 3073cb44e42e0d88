// The frame every screen fills: top bar, view row, content, aside, status bar. Owns places only; screens bring what stands in them.
import { Menu as MenuIcon, PanelStats } from '@blueprintjs/icons';
import type { ReactNode } from 'react';
import { Action } from '../kit/index.ts';
import { asideToggled, navToggled, useAppDispatch, useAppSelector } from '../store/index.ts';
import { DocumentBar } from './DocumentBar.tsx';
import { EmergencyBanner } from './EmergencyBanner.tsx';
import { OfflineEnded } from './OfflineEnded.tsx';
import { RevokedDevice } from './RevokedDevice.tsx';
import type { DocumentView } from './routes.ts';
import { ViewTabs } from './ViewTabs.tsx';
import { WorkspaceSync } from './WorkspaceSync.tsx';

export interface ScreenFrameProps {
  /** A document's screen: gives the standard top bar and view row. */
  readonly document?: { readonly versionId: string; readonly view: DocumentView };
  /** Title and a quiet note beside it, for screens without a document. */
  readonly title?: string;
  readonly note?: ReactNode;
  /** Right end of the top bar. On a document's screen it stands before the primary action. */
  readonly actions?: ReactNode;
  /** Right end of the view row. On a screen without a document it makes a row of its own. */
  readonly tools?: ReactNode;
  /** Left end of the view row on a screen without a document: filters or tabs. */
  readonly tabs?: ReactNode;
  readonly aside?: ReactNode;
  /** Accessible name of the aside; also of the button that opens it on narrow windows. */
  readonly asideName?: string;
  readonly asideWidth?: 304 | 336 | 360;
  readonly status?: ReactNode;
  readonly children: ReactNode;
}

export function ScreenFrame(props: ScreenFrameProps) {
  const { document: doc, aside, asideName = 'Inspector', asideWidth = 304 } = props;
  const dispatch = useAppDispatch();
  const asideOpen = useAppSelector((state) => state.frame.asideOpen);
  const asideSwitch = aside !== undefined && (
    <span className="aside-switch">
      <Action
        tone="minimal"
        small
        icon={<PanelStats size={14} />}
        text={asideName}
        on={asideOpen}
        onClick={() => dispatch(asideToggled())}
      />
    </span>
  );
  const hasRow = doc !== undefined || props.tools !== undefined || props.tabs !== undefined || aside !== undefined;
  return (
    <main className="main" id="main">
      <header className="topbar">
        <span className="nav-switch">
          <Action
            tone="minimal"
            iconOnly
            icon={<MenuIcon size={14} />}
            text="Places"
            onClick={() => dispatch(navToggled())}
          />
        </span>
        {doc === undefined ? (
          <>
            <h1>{props.title}</h1>
            {props.note !== undefined && <span className="muted ellipsis">{props.note}</span>}
            <span className="grow" />
            <WorkspaceSync />
            {props.actions}
          </>
        ) : (
          <DocumentBar versionId={doc.versionId} actions={props.actions} />
        )}
      </header>
      <RevokedDevice />
      <OfflineEnded />
      <EmergencyBanner />
      {hasRow && (
        <div className="viewrow">
          {doc === undefined ? props.tabs : <ViewTabs versionId={doc.versionId} view={doc.view} />}
          {props.tools !== undefined && <span className="tools">{props.tools}</span>}
          {asideSwitch}
        </div>
      )}
      <div className="frame-body">
        <div className="frame-content">
          {props.children}
          {props.status !== undefined && (
            <section className="statusbar" aria-label="Status">
              {props.status}
            </section>
          )}
        </div>
        {aside !== undefined && (
          <aside className={`aside width-${asideWidth}${asideOpen ? ' is-open' : ''}`} aria-label={asideName}>
            {aside}
          </aside>
        )}
      </div>
    </main>
  );
}
