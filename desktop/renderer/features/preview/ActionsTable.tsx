// The actions of a CPA or CPS statement: order, partner, basis, payout, state, reversals. Shows a page at a time: programmes have
// thousands of orders and the frame must not pause for them.

import { HTMLSelect, InputGroup } from '@blueprintjs/core';
import type { PreviewResult } from '@countersign/shared/billing';
import type { ActionFact } from '@countersign/shared/model';
import { useDeferredValue, useMemo, useState } from 'react';
import { Action, amountText, countOf, dateText } from '../../kit/index.ts';
import { AmountButton, moveBetweenAmounts } from './AmountButton.tsx';
import { basisOf, byOutcome, matchingActions } from './actionGroups.ts';
import { OUTCOME_WORDS } from './statementWords.ts';
import { actionKey, type Selection } from './traceSteps.ts';

const PAGE = 100;

export interface ActionsTableProps {
  readonly result: PreviewResult;
  /** The orders themselves, which say the amount a percentage is taken of. */
  readonly facts: readonly ActionFact[];
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection) => void;
}

export function ActionsTable({ result, facts, selection, onSelect }: ActionsTableProps) {
  const actions = result.actions ?? [];
  const [words, setWords] = useState('');
  const [outcome, setOutcome] = useState('');
  const [shown, setShown] = useState(PAGE);
  const wanted = useDeferredValue(words);
  const matching = useMemo(() => matchingActions(actions, wanted, outcome), [actions, wanted, outcome]);
  const orderAmounts = useMemo(() => basisOf(facts), [facts]);
  const outcomes = useMemo(() => byOutcome(actions), [actions]);
  return (
    <section aria-label="Actions">
      <div className="table-tools">
        <InputGroup
          type="search"
          placeholder="Find an order or partner"
          aria-label="Find an order or partner"
          value={words}
          onValueChange={setWords}
        />
        <HTMLSelect
          className="boxed-select"
          iconName="caret-down"
          aria-label="Outcome"
          value={outcome}
          onChange={(event) => setOutcome(event.currentTarget.value)}
          options={[
            { value: '', label: 'Every outcome' },
            ...outcomes.map((group) => ({ value: group.key, label: `${group.label}, ${group.count}` })),
          ]}
        />
        <span className="grow" />
        <span className="small muted" role="status">
          {matching.length === actions.length
            ? countOf(actions.length, 'payable share')
            : `${amountText(String(matching.length))} of ${countOf(actions.length, 'payable share')}`}
        </span>
      </div>
      <table className="hairline statement-actions" aria-label="Statement actions" onKeyDown={moveBetweenAmounts}>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Partner</th>
            <th scope="col">Action</th>
            <th scope="col">Date</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="from-wide">
              Locks, pays
            </th>
            <th scope="col" className="num">
              Basis, {result.currency}
            </th>
            <th scope="col" className="num">
              Payout, {result.currency}
            </th>
          </tr>
        </thead>
        <tbody>
          {matching.slice(0, shown).map((action) => {
            const key = actionKey(action);
            const selected = selection?.of === 'action' && selection.key === key;
            const reversed = action.status === 'REVERSED' || action.status === 'REVERSED_AFTER_LOCK';
            return (
              <tr key={key} className={selected ? 'selected' : ''}>
                <td>{action.orderId}</td>
                <td className="muted">{action.partnerId === '' ? 'None' : action.partnerId}</td>
                <td className="muted">{action.eventType}</td>
                <td className="nowrap">{dateText(action.localDate)}</td>
                <td className={reversed ? 'bad' : ''}>{OUTCOME_WORDS[action.status]}</td>
                <td className="muted from-wide">
                  {[action.locksOn, action.paysOn].flatMap((date) => (date === null ? [] : dateText(date))).join(', ')}
                </td>
                <td className="num muted" title={action.reason}>
                  {orderAmounts.get(action.actionId) ?? ''}
                </td>
                <td className="num amount-cell">
                  <AmountButton
                    amount={action.payout}
                    of={`Order ${action.orderId}, payout`}
                    selected={selected}
                    onSelect={() => onSelect({ of: 'action', key })}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {matching.length > shown && (
        <div className="table-more">
          <Action
            small
            text={`Show ${amountText(String(Math.min(PAGE, matching.length - shown)))} more`}
            onClick={() => setShown(shown + PAGE)}
          />
          <span className="small muted">{countOf(matching.length - shown, 'share')} not shown yet</span>
        </div>
      )}
    </section>
  );
}
