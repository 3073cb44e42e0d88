// Home: what needs the person, then every contract and rate card. Works from the kept answers when the server is gone.
import { Add, Import } from '@blueprintjs/icons';
import type { ContractFigures } from '@countersign/shared/protocol/api';
import { useMemo, useState } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useSession } from '../../app/engineContext.tsx';
import { roleDenial } from '../../app/roleDenial.ts';
import { go } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { Action, countText, EmptyState, ErrorNotice, longDateText, todayIso, whenText } from '../../kit/index.ts';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { ContractTable } from './ContractTable.tsx';
import {
  type ContractRow,
  contractRows,
  isInGroup,
  listed,
  rowHolds,
  STATE_GROUPS,
  type StateGroup,
} from './contractRows.ts';
import { ListTotals } from './ListTotals.tsx';
import { NeedsYou } from './NeedsYou.tsx';
import { NewDraftDialog } from './NewDraftDialog.tsx';
import { inOrder, orderWords, pressed } from './rowOrder.ts';
import { useRowOrder } from './useRowOrder.ts';
import '../../theme/workbook.css';

const TITLES = {
  all: 'Contracts and rate cards',
  contracts: 'Contracts',
  rateCards: 'Rate cards',
  billing: 'Billing previews',
} as const;
const NONE_YET: readonly ContractFigures[] = [];

export function HomeScreen({ list }: { readonly list: keyof typeof TITLES }) {
  const engine = useEngine();
  const session = useSession();
  const contracts = useQuery('contracts', () => askOrKept(engine.api.contracts, engine.cached.contracts));
  const needs = useQuery('needs', () => askOrKept(engine.api.needs, engine.cached.needs));
  const figures = useQuery('figures', () => askOrKept(engine.api.figures, engine.cached.figures));
  const [group, setGroup] = useState<StateGroup>(STATE_GROUPS[0]);
  const [text, setText] = useState('');
  const [creating, setCreating] = useState(false);
  const [order, setOrder] = useRowOrder();
  const known = contracts.data?.value;
  const told = figures.data?.value ?? NONE_YET;
  const rows = useMemo(
    () => inOrder(contractRows(listed(known ?? [], list), told, todayIso()), order),
    [known, told, list, order],
  );
  const shown = rows.filter((row) => isInGroup(row, group) && rowHolds(row, text));
  const keptAt = contracts.data?.at ?? null;
  const slow = useSlowWords(contracts.loading && known === undefined, 'Reading the list');
  return (
    <ScreenFrame
      title={TITLES[list]}
      note={longDateText(todayIso())}
      actions={
        <>
          <Action
            text="Import"
            icon={<Import size={14} />}
            denied={roleDenial(session, 'import')}
            onClick={() => go('/imports')}
          />
          <Action
            text={list === 'rateCards' ? 'New rate card draft' : 'New draft'}
            tone="primary"
            icon={<Add size={14} />}
            denied={
              roleDenial(session, 'amend') === null ? null : 'An editor opens drafts. Your role reads and decides.'
            }
            onClick={() => setCreating(true)}
          />
        </>
      }
      status={
        <>
          {known !== undefined && (
            <span>
              {countText(shown.length)} of {countText(rows.length)}, {orderWords(order)}
            </span>
          )}
          {keptAt !== null && <span>As read {whenText(keptAt)}</span>}
          {figures.error !== null && figures.data === null && <span>Values are not here yet. {figures.error}</span>}
          <span className="grow" />
          <ListTotals rows={shown} />
        </>
      }
    >
      {keptAt !== null && (
        <ErrorNotice tone="plain">
          The server cannot be reached. This is the list of {whenText(keptAt)}; documents opened on this computer still
          open and can be edited.
        </ErrorNotice>
      )}
      {list === 'all' && needs.data !== null && <NeedsYou needs={needs.data.value} contracts={known ?? []} />}
      <ListBar rows={known === undefined ? null : rows} group={group} onGroup={setGroup} text={text} onText={setText} />
      {slow !== null && known === undefined && (
        <p className="waiting-line" role="status">
          {slow}
        </p>
      )}
      {contracts.error !== null && known === undefined && (
        <EmptyState
          title="The list is not here yet"
          action={<Action text="Try again" onClick={() => void contracts.reload()} />}
        >
          {contracts.error}
        </EmptyState>
      )}
      {known !== undefined && shown.length === 0 && (
        <EmptyState title={rows.length === 0 ? 'No contracts yet' : 'Nothing matches'}>
          {rows.length === 0 ? 'Open a draft, or import a file.' : 'Clear the filter, or choose another state.'}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <ContractTable
          rows={shown}
          order={order}
          onSort={(by) => setOrder(pressed(order, by))}
          view={list === 'billing' ? 'preview' : undefined}
        />
      )}
      {creating && (
        <NewDraftDialog kind={list === 'rateCards' ? 'RATE_CARD' : 'CONTRACT'} onClose={() => setCreating(false)} />
      )}
    </ScreenFrame>
  );
}

interface ListBarProps {
  /** null while the list is on its way: a count is never of what has not come yet. */
  readonly rows: readonly ContractRow[] | null;
  readonly group: StateGroup;
  readonly onGroup: (group: StateGroup) => void;
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** Counts by state, and the filter. */
function ListBar({ rows, group, onGroup, text, onText }: ListBarProps) {
  return (
    <div className="viewrow">
      <div className="view-tabs" role="tablist" aria-label="States">
        {STATE_GROUPS.map((state) => (
          <button
            key={state.id}
            type="button"
            role="tab"
            className="view-tab"
            aria-selected={state.id === group.id}
            onClick={() => onGroup(state)}
          >
            {state.label}
            {rows !== null && (
              <span className="view-count">{countText(rows.filter((row) => isInGroup(row, state)).length)}</span>
            )}
          </button>
        ))}
      </div>
      <span className="tools">
        <input
          className="bp6-input list-filter"
          placeholder="Filter"
          aria-label="Filter contracts and rate cards"
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      </span>
    </div>
  );
}
