// AG Grid in our tokens: one theme, the variables switch between light and dark (LOOK.md "Components").
import { themeQuartz } from 'ag-grid-community';

export const sheetTheme = themeQuartz.withParams({
  fontFamily: 'inherit',
  fontSize: 12,
  headerFontSize: 11,
  headerFontWeight: 600,
  spacing: 4,
  rowHeight: 24,
  headerHeight: 28,
  cellHorizontalPadding: 8,
  backgroundColor: 'var(--surface)',
  foregroundColor: 'var(--text)',
  cellTextColor: 'var(--text)',
  headerBackgroundColor: 'var(--sunken)',
  headerTextColor: 'var(--text-2)',
  borderColor: 'var(--line)',
  accentColor: 'var(--accent-line)',
  rowBorder: { color: 'var(--line-soft)' },
  columnBorder: { color: 'var(--line-soft)' },
  headerRowBorder: { color: 'var(--line-strong)' },
  headerColumnBorder: { color: 'var(--line)' },
  pinnedColumnBorder: { color: 'var(--line-strong)' },
  headerColumnResizeHandleColor: 'transparent',
  rowHoverColor: 'var(--hover)',
  selectedRowBackgroundColor: 'var(--accent-soft)',
  oddRowBackgroundColor: 'var(--surface)',
  wrapperBorder: false,
  wrapperBorderRadius: 0,
  borderRadius: 3,
  iconSize: 12,
});

/** Lists of 32 px rows without column lines. */
export const listTheme = sheetTheme.withParams({ rowHeight: 32, columnBorder: false, headerColumnBorder: false });
