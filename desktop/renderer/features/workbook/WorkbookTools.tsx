// The tools of the workbook's view row: undo, redo, rows, sort, filter, find, changes since the base.
import { Menu, MenuItem, PopoverNext } from '@blueprintjs/core';
import { Add, Changes, ColumnLayout, Filter, Redo, Remove, Search, Sort, Undo } from '@blueprintjs/icons';
import type { GridController } from '../../grid/controller.ts';
import type { Asked } from '../../grid/gridListener.ts';
import { isFiltering } from '../../grid/rowFilter.ts';
import { Action } from '../../kit/index.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import type { BaseOfVersion } from './useBase.ts';

export interface WorkbookToolsProps {
  readonly draft: DraftSession;
  readonly controller: GridController;
  readonly base: BaseOfVersion;
  readonly redline: boolean;
  readonly onRedline: (on: boolean) => void;
  readonly filtering: boolean;
  readonly onFilter: () => void;
  readonly onAsk: (asked: Asked) => void;
}

export function WorkbookTools(props: WorkbookToolsProps) {
  const { draft, controller, base, redline } = props;
  const denied = draft.editDenial();
  const icon = { tone: 'minimal', small: true, iconOnly: true } as const;
  return (
    <>
      <Action
        {...icon}
        icon={<Undo size={14} />}
        text="Undo"
        keys="Ctrl+Z"
        denied={draft.canUndo() ? null : 'Nothing of yours to undo here.'}
        onClick={() => controller.commands.undo()}
      />
      <Action
        {...icon}
        icon={<Redo size={14} />}
        text="Redo"
        keys="Ctrl+Y"
        denied={draft.canRedo() ? null : 'Nothing to redo.'}
        onClick={() => controller.commands.redo()}
      />
      <Action
        {...icon}
        icon={<Add size={14} />}
        text="Insert row"
        keys="Ctrl++"
        denied={denied}
        onClick={() => controller.commands.insertRows()}
      />
      <Action
        {...icon}
        icon={<Remove size={14} />}
        text="Remove rows"
        keys="Ctrl+-"
        denied={denied ?? (controller.active() === null ? 'Select a row first.' : null)}
        onClick={() => controller.commands.removeRows()}
      />
      <PopoverNext placement="bottom-end" content={<SortMenu controller={controller} />}>
        <Action tone="minimal" small icon={<Sort size={14} />} text="Sort" on={controller.order.sortedBy !== null} />
      </PopoverNext>
      <PopoverNext placement="bottom-end" content={<ColumnMenu controller={controller} />}>
        <Action {...icon} icon={<ColumnLayout size={14} />} text="Columns" />
      </PopoverNext>
      <Action
        tone="minimal"
        small
        icon={<Filter size={14} />}
        text="Filter"
        on={props.filtering || isFiltering(controller.order.filter)}
        onClick={props.onFilter}
      />
      <Action
        tone="minimal"
        small
        icon={<Search size={14} />}
        text="Find"
        keys="Ctrl+F"
        onClick={() => props.onAsk('find')}
      />
      {base.name !== null && (
        <Action
          tone="minimal"
          small
          icon={<Changes size={14} />}
          text={`Changes since ${base.name}`}
          on={redline}
          onClick={() => props.onRedline(!redline)}
        />
      )}
    </>
  );
}

function ColumnMenu({ controller }: { readonly controller: GridController }) {
  const { model } = controller;
  const { look } = controller.columns;
  const column = controller.active()?.column ?? model.columns[0];
  if (column === undefined) return null;
  const count = model.columns.findIndex(({ id }) => id === column.id) + 1;
  return (
    <Menu>
      <MenuItem
        text={`Freeze up to ${model.label(column)}`}
        disabled={look.frozen === count}
        onClick={() => controller.columns.freeze(count)}
      />
      <MenuItem
        text="Freeze the first column only"
        disabled={look.frozen === 1}
        onClick={() => controller.columns.freeze(1)}
      />
      <MenuItem
        text="Forget the widths I chose"
        disabled={Object.keys(look.widths).length === 0}
        onClick={() => controller.columns.forgetWidths()}
      />
    </Menu>
  );
}

function SortMenu({ controller }: { readonly controller: GridController }) {
  const active = controller.active();
  const column = active?.column ?? controller.model.columns[0];
  if (column === undefined) return null;
  const name = controller.model.label(column);
  const sort = (direction: 'ascending' | 'descending') => controller.order.sort({ field: column.id, direction });
  return (
    <Menu>
      <MenuItem text={`By ${name}, lowest first`} onClick={() => sort('ascending')} />
      <MenuItem text={`By ${name}, highest first`} onClick={() => sort('descending')} />
      <MenuItem
        text="In the document’s order"
        disabled={controller.order.sortedBy === null}
        onClick={() => controller.order.sort(null)}
      />
    </Menu>
  );
}
