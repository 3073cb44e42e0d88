// The UI's own state: selection, dialogs, theme, places. Rows, cells and sync bytes never enter it (DESIGN §3).
import { configureStore, createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { useDispatch, useSelector } from 'react-redux';
import type { ThemeChoice } from '../theme/theme.ts';

/** The active cell of the open sheet and how much is selected around it. */
export interface SelectedCell {
  readonly versionId: string;
  readonly sheet: string;
  readonly rowId: string;
  readonly field: string;
}
export interface SelectionState {
  readonly cell: SelectedCell | null;
  readonly rows: number;
  readonly columns: number;
  readonly ranges: number;
}

const NOTHING: SelectionState = { cell: null, rows: 0, columns: 0, ranges: 0 };

const selection = createSlice({
  name: 'selection',
  initialState: NOTHING,
  reducers: {
    selected: (_state, action: PayloadAction<SelectionState>) => action.payload,
    selectionCleared: () => NOTHING,
  },
});

/** Dialogs that any part of the app may ask for. */
const DIALOGS = ['none', 'newDraft', 'syncDetails', 'keys', 'palette'] as const;
export type DialogName = (typeof DIALOGS)[number];

interface FrameState {
  readonly dialog: DialogName;
  /** The inspector as overlay on narrow windows. */
  readonly asideOpen: boolean;
  readonly navOpen: boolean;
  readonly theme: ThemeChoice;
  /** Versions opened in this window, newest first, for the nav. */
  readonly open: readonly { readonly versionId: string; readonly label: string; readonly state: string }[];
  /** A sentence for everyone, announced politely. */
  readonly announcement: string;
}

const frameStart: FrameState = {
  dialog: 'none',
  asideOpen: false,
  navOpen: false,
  theme: 'system',
  open: [],
  announcement: '',
};

const OPEN_LIMIT = 8;

const frame = createSlice({
  name: 'frame',
  initialState: frameStart,
  reducers: {
    dialogOpened: (state, action: PayloadAction<DialogName>) => ({ ...state, dialog: action.payload }),
    dialogClosed: (state) => ({ ...state, dialog: 'none' as const }),
    asideToggled: (state, action: PayloadAction<boolean | undefined>) => ({
      ...state,
      asideOpen: action.payload ?? !state.asideOpen,
    }),
    navToggled: (state, action: PayloadAction<boolean | undefined>) => ({
      ...state,
      navOpen: action.payload ?? !state.navOpen,
    }),
    themeChosen: (state, action: PayloadAction<ThemeChoice>) => ({ ...state, theme: action.payload }),
    documentOpened: (state, action: PayloadAction<FrameState['open'][number]>) => {
      const known = state.open.some((doc) => doc.versionId === action.payload.versionId);
      // A document that is open already keeps its place: rows of the nav never jump under the pointer.
      const open = known
        ? state.open.map((doc) => (doc.versionId === action.payload.versionId ? action.payload : doc))
        : [action.payload, ...state.open].slice(0, OPEN_LIMIT);
      return { ...state, open };
    },
    announced: (state, action: PayloadAction<string>) => ({ ...state, announcement: action.payload }),
  },
});

export const { selected, selectionCleared } = selection.actions;
export const { dialogOpened, dialogClosed, asideToggled, navToggled, themeChosen, documentOpened, announced } =
  frame.actions;

/** A fresh store: one per window, one per test. */
export function createAppStore(preloaded?: { readonly theme?: ThemeChoice }) {
  return configureStore({
    reducer: { selection: selection.reducer, frame: frame.reducer },
    preloadedState: { selection: NOTHING, frame: { ...frameStart, theme: preloaded?.theme ?? 'system' } },
  });
}
export type AppStore = ReturnType<typeof createAppStore>;
export type AppState = ReturnType<AppStore['getState']>;

export const useAppDispatch = useDispatch.withTypes<AppStore['dispatch']>();
export const useAppSelector = useSelector.withTypes<AppState>();
