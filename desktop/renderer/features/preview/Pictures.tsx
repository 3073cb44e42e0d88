// The two pictures of a statement: amounts side by side, and one line's gross by its units. Nothing is shown for a statement of one bar.
import { useMemo } from 'react';
import { byOutcome, byPartner } from './actionGroups.ts';
import { BarPicture } from './BarPicture.tsx';
import { lineName, unitText } from './statementWords.ts';
import { TierPicture } from './TierPicture.tsx';
import { priceOfLine, tierCurve } from './tierCurve.ts';
import type { Selection } from './traceSteps.ts';
import type { Statement } from './useStatement.ts';

/** More bars than this are not told apart on a screen. */
const MOST_BARS = 60;

export interface PicturesProps {
  readonly statement: Statement;
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection) => void;
}

export function Pictures({ statement, selection, onSelect }: PicturesProps) {
  const { result, versions } = statement;
  const line = selection?.of === 'line' ? result.lines.find((each) => each.key === selection.key) : undefined;
  const curve = useMemo(() => {
    if (line === undefined) return null;
    const price = priceOfLine(line, versions);
    return price === null ? null : tierCurve(price, line.rateType, line.quantity);
  }, [line, versions]);
  const bars = useMemo(
    () =>
      result.lines
        .filter((each) => !/^-?0(\.0*)?$/.test(each.gross))
        .slice(0, MOST_BARS)
        .map((each) => ({ key: each.key, label: each.key, amount: each.gross })),
    [result],
  );
  const actions = result.actions ?? [];
  if (actions.length > 0) {
    const groups = (all: ReturnType<typeof byPartner>) =>
      all.map((group) => ({ key: group.key, label: group.label, amount: group.payout }));
    return (
      <div className="pictures">
        <BarPicture
          title="Payout by partner"
          unit={result.currency}
          bars={groups(byPartner(actions))}
          selected={null}
        />
        <BarPicture
          title="Payout by outcome"
          unit={result.currency}
          bars={groups(byOutcome(actions))}
          selected={null}
        />
      </div>
    );
  }
  if (result.lines.length === 0) return null;
  return (
    <div className="pictures">
      <BarPicture
        title="Gross by line"
        unit={result.currency}
        bars={bars}
        selected={line?.key ?? null}
        onSelect={(key) => onSelect({ of: 'line', key })}
      />
      {line !== undefined && curve !== null && (
        <TierPicture
          curve={curve}
          lineName={lineName(line)}
          quantity={line.quantity}
          gross={line.gross}
          unit={unitText('2', line.quantityUnit)}
          currency={result.currency}
        />
      )}
    </div>
  );
}
