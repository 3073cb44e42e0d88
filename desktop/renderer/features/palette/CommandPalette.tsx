// Find or run: a combobox over a listbox (ARIA APG), in a dialog that gives the focus back. Owns keys and look; items come from
// `paletteItems.ts`.
import { Search } from '@blueprintjs/icons';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery } from '../../app/engineContext.tsx';
import { go, useRoute } from '../../app/routes.ts';
import { StateGlyph } from '../../kit/index.ts';
import { dialogClosed, dialogOpened, themeChosen, useAppDispatch } from '../../store/index.ts';
import { findItems, type PaletteAction, type PaletteItem, paletteItems } from './paletteItems.ts';
import './palette.css';

const ACTIONS: readonly PaletteAction[] = [
  { act: 'verify', text: 'Verify the history', note: 'fetch and check the newest checkpoint' },
  { act: 'newDraft', text: 'New contract or rate card', note: '' },
  { act: 'themeLight', text: 'Light theme', note: '' },
  { act: 'themeDark', text: 'Dark theme', note: '' },
  { act: 'themeSystem', text: 'Theme of this computer', note: '' },
  { act: 'keys', text: 'Show the keys', note: 'keyboard shortcuts' },
  { act: 'signOut', text: 'Sign out', note: 'work on this computer is kept' },
];

const optionId = (at: number): string => `palette-option-${at}`;

export function CommandPalette() {
  const engine = useEngine();
  const dispatch = useAppDispatch();
  const route = useRoute();
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts)).data?.value;
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const open = route.at === 'document' ? route.versionId : null;
  const items = useMemo(() => paletteItems(contracts ?? [], open, ACTIONS), [contracts, open]);
  const found = useMemo(() => findItems(items, typed), [items, typed]);
  const active = Math.min(at, Math.max(0, found.length - 1));

  useEffect(() => {
    dialog.current?.showModal();
    input.current?.focus();
  }, []);
  useEffect(() => {
    document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const close = () => dispatch(dialogClosed());
  const act = (name: string) => {
    close();
    switch (name) {
      case 'verify':
        go('/history');
        break;
      case 'newDraft':
        go('/');
        dispatch(dialogOpened('newDraft'));
        break;
      case 'themeLight':
        dispatch(themeChosen('light'));
        break;
      case 'themeDark':
        dispatch(themeChosen('dark'));
        break;
      case 'themeSystem':
        dispatch(themeChosen('system'));
        break;
      case 'keys':
        dispatch(dialogOpened('keys'));
        break;
      case 'signOut':
        void engine.signOut();
        break;
    }
  };
  const run = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    if ('act' in item.does) act(item.does.act);
    else {
      close();
      go(item.does.go);
    }
  };
  const keys = (event: KeyboardEvent) => {
    const last = found.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active === last ? 0 : active + 1,
      ArrowUp: active === 0 ? last : active - 1,
      PageDown: Math.min(last, active + 8),
      PageUp: Math.max(0, active - 8),
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[active]);
    }
  };
  const isGrouped = typed.trim() === '';
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Find or run"
      onClose={close}
      onCancel={close}
      onPointerDown={(event) => {
        // The backdrop belongs to the dialog element itself; anything inside has another target.
        if (event.target === dialog.current) close();
      }}
    >
      <div className="palette-field">
        <Search size={14} />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Find or run"
          aria-expanded
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={found.length === 0 ? undefined : optionId(active)}
          placeholder="A contract, a sheet, a place or an action"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={keys}
        />
      </div>
      <div id="palette-list" role="listbox" aria-label="Found" className="palette-list" tabIndex={-1}>
        {found.map((item, place) => (
          <div key={item.key} role="presentation">
            {isGrouped && item.group !== found[place - 1]?.group && (
              <div className="palette-group" role="presentation">
                {item.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the combobox holds the focus and the keys (APG combobox pattern). */}
            <div
              id={optionId(place)}
              role="option"
              tabIndex={-1}
              aria-selected={place === active}
              className="palette-item"
              onClick={() => run(item)}
              onPointerMove={() => setAt(place)}
            >
              {item.state !== undefined && <StateGlyph state={item.state} />}
              <span className="ellipsis">{item.text}</span>
              <span className="grow" />
              <span className="muted ellipsis palette-note">{item.note}</span>
            </div>
          </div>
        ))}
        {found.length === 0 && (
          <p className="palette-nothing muted">
            Nothing is called “{typed.trim()}”. Type a number, a title, a sheet or an action.
          </p>
        )}
      </div>
    </dialog>
  );
}
