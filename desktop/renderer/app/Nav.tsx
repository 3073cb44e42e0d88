// The places of the app: workspace, search, lists, open documents. Must not load rows.
import { Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core';
import {
  Calculator,
  CaretDown,
  Document,
  Export,
  History,
  Home,
  Inbox,
  People,
  Search,
  Th,
  Upload,
} from '@blueprintjs/icons';
import type { ReactNode } from 'react';
import { KeyHint, Mark, StateGlyph, stateWord } from '../kit/index.ts';
import { dialogOpened, navToggled, themeChosen, useAppDispatch, useAppSelector } from '../store/index.ts';
import { THEME_CHOICES, type ThemeChoice } from '../theme/theme.ts';
import { askOrKept } from './appEngine.ts';
import { useEngine, useQuery, useSession } from './engineContext.tsx';
import { documentPath, type Route } from './routes.ts';
import { signOut } from './signOut.ts';

const THEME_WORDS: Readonly<Record<ThemeChoice, string>> = { system: 'As this computer', light: 'Light', dark: 'Dark' };

function NavItem(props: {
  readonly to: string;
  readonly icon: ReactNode;
  readonly text: string;
  readonly current: boolean;
  readonly count?: number;
  readonly hot?: boolean;
  readonly small?: boolean;
  readonly hint?: string;
}) {
  const { to, icon, text, current, count, hot = false, small = false, hint } = props;
  const dispatch = useAppDispatch();
  return (
    <a
      className={`nav-item${hot ? ' hot' : ''}${small ? ' nav-document' : ''}`}
      href={`#${to}`}
      title={hint}
      aria-current={current ? 'page' : undefined}
      onClick={() => dispatch(navToggled(false))}
    >
      <span className="nav-icon">{icon}</span>
      <span className="ellipsis">{text}</span>
      {count !== undefined && <span className="nav-count">{count}</span>}
    </a>
  );
}

export function Nav({ route, workspaceName }: { readonly route: Route; readonly workspaceName: string }) {
  const engine = useEngine();
  const session = useSession();
  const dispatch = useAppDispatch();
  const { navOpen, open, theme } = useAppSelector((state) => state.frame);
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts)).data?.value;
  const needs = useQuery('needs', () => askOrKept(engine.api.needs, engine.cached.needs)).data?.value;
  const parked = useQuery('parked', () => engine.api.parked()).data ?? undefined;
  const countOfKind = (kind: string) => contracts?.filter((contract) => contract.kind === kind).length;
  const counted = (count: number | undefined) => (count === undefined ? {} : { count });
  const home = route.at === 'home' ? route.list : null;
  return (
    <nav className={`nav${navOpen ? ' is-open' : ''}`} aria-label="Places">
      <PopoverNext
        placement="bottom-start"
        content={
          <Menu>
            <MenuItem text={session === null ? 'Not signed in' : `Signed in as ${session.user.name}`} disabled />
            <MenuDivider title="Theme" />
            {THEME_CHOICES.map((choice) => (
              <MenuItem
                key={choice}
                text={THEME_WORDS[choice]}
                selected={choice === theme}
                roleStructure="listoption"
                onClick={() => dispatch(themeChosen(choice))}
              />
            ))}
            <MenuDivider />
            <MenuItem text="Keys" label="?" onClick={() => dispatch(dialogOpened('keys'))} />
            <MenuItem text="Sign out" onClick={() => void signOut(engine)} />
          </Menu>
        }
        renderTarget={({ isOpen: _open, ref, ...target }) => (
          <button
            {...target}
            ref={ref}
            type="button"
            className="nav-item nav-workspace"
            aria-label={`${workspaceName}, workspace menu`}
          >
            <Mark />
            <span className="grow ellipsis">{workspaceName}</span>
            <span className="nav-icon">
              <CaretDown size={14} />
            </span>
          </button>
        )}
      />
      <button type="button" className="nav-find" onClick={() => dispatch(dialogOpened('palette'))}>
        <Search size={12} />
        Find or run
        <KeyHint keys="Ctrl+K" />
      </button>
      <NavItem to="/" icon={<Home size={14} />} text="Home" current={home === 'all'} hot {...counted(needs?.length)} />
      <NavItem
        to="/contracts"
        icon={<Document size={14} />}
        text="Contracts"
        current={home === 'contracts'}
        {...counted(countOfKind('CONTRACT'))}
      />
      <NavItem
        to="/rate-cards"
        icon={<Th size={14} />}
        text="Rate cards"
        current={home === 'rateCards'}
        {...counted(countOfKind('RATE_CARD'))}
      />
      <NavItem to="/billing" icon={<Calculator size={14} />} text="Billing previews" current={home === 'billing'} />
      <NavItem to="/history" icon={<History size={14} />} text="History" current={route.at === 'history'} />
      <NavItem to="/exports" icon={<Export size={14} />} text="Exports" current={route.at === 'exports'} />
      {parked !== undefined && (parked.length > 0 || route.at === 'parked') && (
        <NavItem
          to="/parked"
          icon={<Inbox size={14} />}
          text="Parked changes"
          current={route.at === 'parked'}
          {...counted(parked.length)}
        />
      )}
      {open.length > 0 && <h2>Open</h2>}
      {open.map((doc) => (
        <NavItem
          key={doc.versionId}
          to={documentPath(doc.versionId)}
          icon={<StateGlyph state={doc.state} />}
          text={doc.label}
          hint={`${doc.label}, ${stateWord(doc.state).toLowerCase()}`}
          current={route.at === 'document' && route.versionId === doc.versionId}
          small
        />
      ))}
      <span className="grow" />
      <NavItem to="/imports" icon={<Upload size={14} />} text="Import a file" current={route.at === 'imports'} />
      <NavItem to="/people" icon={<People size={14} />} text="People and keys" current={route.at === 'people'} />
    </nav>
  );
}
