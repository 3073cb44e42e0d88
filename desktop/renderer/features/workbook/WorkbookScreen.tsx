// The workbook of a version: sheets as tabs, the grid, the value bar, the inspector. Owns which sheet is open and joins the parts.
import type { SheetId } from '@countersign/shared/model/sheets';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useDraft, useDraftState } from '../../app/engineContext.tsx';
import type { CellPlace } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { useTroubles } from '../../app/troubles.tsx';
import { GridController } from '../../grid/controller.ts';
import type { Asked, GridListener } from '../../grid/gridListener.ts';
import { SheetGrid } from '../../grid/SheetGrid.tsx';
import { Action, EmptyState, errorWords } from '../../kit/index.ts';
import { asideToggled, selected, selectionCleared, useAppDispatch } from '../../store/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import { CellInspector } from '../inspector/CellInspector.tsx';
import { DenialBubble } from './DenialBubble.tsx';
import { FilterRow } from './FilterRow.tsx';
import { FindRow } from './FindRow.tsx';
import { GoToRow } from './GoToRow.tsx';
import { SheetTabs } from './SheetTabs.tsx';
import { StatusFigures } from './StatusFigures.tsx';
import { type BaseOfVersion, useBase } from './useBase.ts';
import { useCopyReport } from './useCopyReport.ts';
import { useLooks } from './useLooks.ts';
import { useRemoteWords } from './useRemoteWords.ts';
import { useSheetChanges } from './useSheetChanges.ts';
import { ValueBar } from './ValueBar.tsx';
import { WorkbookTools } from './WorkbookTools.tsx';
import '../../theme/workbook.css';

export function WorkbookScreen({ versionId, cell }: { readonly versionId: string; readonly cell: CellPlace | null }) {
  const { draft, error } = useDraft(versionId);
  const base = useBase(versionId);
  if (draft === null)
    return (
      <ScreenFrame document={{ versionId, view: 'workbook' }}>
        {error === null ? (
          <p className="waiting-line" role="status">
            Opening from this computer
          </p>
        ) : (
          <EmptyState title="The workbook could not be opened">{error}</EmptyState>
        )}
      </ScreenFrame>
    );
  return <OpenWorkbook key={draft.draftId} draft={draft} base={base} cell={cell} />;
}

const ASKED_BY: Readonly<Record<string, Asked>> = { f: 'find', h: 'replace', g: 'goTo' };

interface OpenWorkbookProps {
  readonly draft: DraftSession;
  readonly base: BaseOfVersion;
  readonly cell: CellPlace | null;
}

/** What a contract is about, in the order people look for it. */
const MAIN_SHEETS: readonly SheetId[] = ['lines', 'rates', 'payouts'];

/** The sheet a workbook opens on: the one asked for, else the first that holds what is sold. */
function firstSheet(draft: DraftSession, asked: string | undefined) {
  const sheets = draft.sheets();
  const wanted = sheets.find((sheet) => sheet === asked);
  const open = wanted ?? MAIN_SHEETS.find((sheet) => sheets.includes(sheet) && draft.rowIds(sheet).length > 0);
  const found = open ?? sheets.find((sheet) => sheet === 'rates') ?? sheets[0];
  if (found === undefined) throw new Error(`Version ${draft.draftId} has no sheets.`);
  return found;
}

function OpenWorkbook({ draft, base, cell }: OpenWorkbookProps) {
  const dispatch = useAppDispatch();
  const [sheet, setSheet] = useState(() => firstSheet(draft, cell?.sheet));
  const [redline, setRedline] = useState(true);
  const [asked, setAsked] = useState<Asked | null>(null);
  const looks = useLooks();
  const reportCopy = useCopyReport();
  const [filtering, setFiltering] = useState(false);
  const [denied, setDenied] = useState<string | null>(null);
  const [message, setMessage] = useState('');
  const [turn, setTurn] = useState(0);
  const changes = useSheetChanges(draft, base);
  const sayRemote = useRemoteWords(sheet);
  useDraftState(draft);

  const listener = useRef<GridListener>(null);
  listener.current = {
    onSelection: () => {
      setDenied(null);
      setTurn((n) => n + 1);
    },
    onChanged: () => setTurn((n) => n + 1),
    onDenied: setDenied,
    onMessage: setMessage,
    onAsk: setAsked,
    onOpenMark: () => {
      dispatch(asideToggled(true));
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('[data-testid="cell-inspector"] button')?.focus(),
      );
    },
    onNextSheet: (by) => {
      const sheets = draft.sheets();
      const next = sheets[(sheets.indexOf(sheet) + by + sheets.length) % sheets.length];
      if (next !== undefined) setSheet(next);
    },
    onCopied: (rows) => reportCopy(draft.draftId, sheet, rows),
    onRemote: sayRemote,
  };
  const controller = useMemo(
    () =>
      new GridController(
        draft,
        sheet,
        {
          onSelection: () => listener.current?.onSelection(),
          onChanged: () => listener.current?.onChanged(),
          onDenied: (reason) => listener.current?.onDenied(reason),
          onMessage: (text) => listener.current?.onMessage(text),
          onAsk: (what) => listener.current?.onAsk(what),
          onCopied: (rows) => listener.current?.onCopied(rows),
          onOpenMark: () => listener.current?.onOpenMark(),
          onNextSheet: (by) => listener.current?.onNextSheet(by),
          onRemote: (cells) => listener.current?.onRemote(cells),
        },
        looks,
      ),
    [draft, sheet, looks],
  );
  // Where the keyboard is elsewhere in the window, the sheet is still what is searched.
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      const wanted = ASKED_BY[event.key.toLowerCase()];
      if (wanted === undefined || event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setAsked(wanted);
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, []);
  // An empty sheet has no grid to hear of its first row, which may come from an undo or from somebody else.
  useEffect(
    () => draft.onView((change) => change.structural && change.sheet === sheet && setTurn((n) => n + 1)),
    [draft, sheet],
  );
  const baseRows = base.rows?.get(sheet) ?? null;
  useEffect(() => controller.setBase(baseRows, redline), [controller, baseRows, redline]);

  // A link to a cell may arrive while its sheet is open, or before the grid stands.
  const place = useRef(cell);
  const goToPlace = useCallback(() => {
    const wanted = place.current;
    if (wanted === null || wanted.sheet !== sheet || wanted.rowId === undefined) return;
    if (controller.goToCell(wanted.rowId, wanted.field ?? '')) place.current = null;
  }, [controller, sheet]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new address moves the selection.
  useEffect(() => {
    place.current = cell;
    const wanted = draft.sheets().find((known) => known === cell?.sheet);
    if (wanted !== undefined && wanted !== sheet) setSheet(wanted);
    else goToPlace();
  }, [cell]);

  const active = controller.active();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` grows when the selection does.
  useEffect(() => {
    if (active === null) dispatch(selectionCleared());
    else {
      const rects = controller.selectedRects();
      const rect = rects.at(-1);
      dispatch(
        selected({
          cell: { versionId: draft.draftId, sheet, rowId: active.row.id, field: active.column.id },
          rows: rect === undefined ? 0 : rect.bottom - rect.top + 1,
          columns: rect === undefined ? 0 : rect.right - rect.left + 1,
          ranges: rects.length,
        }),
      );
    }
  }, [dispatch, controller, draft, sheet, active?.row.id, active?.column.id, turn]);

  const openSheet = (wanted: SheetId, by: 'pointer' | 'keys') => {
    // A tab keeps the keyboard only while it is walked by keys; given up, the sheet that opens takes it.
    if (by === 'pointer' && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (wanted === sheet) controller.focus();
    else setSheet(wanted);
  };
  const closeFilter = () => {
    setFiltering(false);
    controller.focus();
  };
  const isEmpty = draft.rowIds(sheet).length === 0 && controller.model.rows().length === 0;
  return (
    <ScreenFrame
      document={{ versionId: draft.draftId, view: 'workbook' }}
      tools={
        <WorkbookTools
          draft={draft}
          controller={controller}
          base={base}
          redline={redline}
          onRedline={setRedline}
          filtering={filtering}
          onFilter={() => setFiltering((on) => !on)}
          onAsk={setAsked}
        />
      }
      aside={<CellInspector draft={draft} controller={controller} message={message} />}
      asideName="Inspector"
      status={
        <StatusFigures draft={draft} controller={controller} changed={changes.get(sheet) ?? 0} message={message} />
      }
    >
      <ValueBar controller={controller} denied={denied} />
      {filtering && <FilterRow controller={controller} onClose={closeFilter} />}
      {(asked === 'find' || asked === 'replace') && (
        <FindRow controller={controller} replacing={asked === 'replace'} onClose={() => setAsked(null)} />
      )}
      {asked === 'goTo' && <GoToRow controller={controller} onClose={() => setAsked(null)} />}
      {isEmpty ? (
        <EmptyState
          title={controller.model.spec.label}
          action={
            draft.editDenial() === null ? (
              <InsertFirst
                controller={controller}
                onInserted={(rowId) => {
                  place.current = { sheet, rowId };
                  // The grid may stand already (the view told of the row) or come with the next render.
                  goToPlace();
                  setTurn((n) => n + 1);
                }}
              />
            ) : undefined
          }
        >
          {controller.model.spec.empty}
        </EmptyState>
      ) : (
        <SheetGrid key={sheet} controller={controller} onReady={goToPlace} />
      )}
      <DenialBubble reason={denied} turn={turn} onClose={() => setDenied(null)} />
      <SheetTabs draft={draft} sheet={sheet} changes={changes} onSheet={openSheet} />
    </ScreenFrame>
  );
}

interface InsertFirstProps {
  readonly controller: GridController;
  readonly onInserted: (rowId: string) => void;
}

function InsertFirst({ controller, onInserted }: InsertFirstProps) {
  const troubles = useTroubles();
  const insert = () =>
    controller.session.insertRows(controller.sheet, null, [{}]).then(
      ([rowId]) => rowId !== undefined && onInserted(rowId),
      (error: unknown) => troubles.report(errorWords(error)),
    );
  return <Action text="Add a row" onClick={() => void insert()} />;
}
