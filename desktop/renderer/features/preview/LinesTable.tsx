// The lines of a statement. Owns columns and words; amounts are the kernel's.

import { ChevronDown, ChevronRight, WarningSign } from '@blueprintjs/icons';
import type { PreviewResult, ResultLine } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { useState } from 'react';
import { amountText, countOf, LOCALE } from '../../kit/index.ts';
import { AmountButton, moveBetweenAmounts } from './AmountButton.tsx';
import { foldedLines, isQuiet, supersededIds } from './foldedLines.ts';
import { lineName, quantityHead, rateFigure, rateHead, sharedUnit, tierText, unitText } from './statementWords.ts';
import { priceOfLine, tierNumber } from './tierCurve.ts';
import type { Selection } from './traceSteps.ts';

export interface LinesTableProps {
  readonly result: PreviewResult;
  /** What the lines were billed from: says which lines are replaced, and the tiers of a price. */
  readonly versions: readonly ContractVersion[];
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection) => void;
}

const DAY_MS = 86_400_000;
const flightRange = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** The days of a half-open interval as people write them here: "1\u20134 Nov". The statement's period says the year. */
function flightText(line: ResultLine): string {
  const from = Date.parse(`${line.from}T00:00:00Z`);
  const last = Date.parse(`${line.to}T00:00:00Z`) - DAY_MS;
  return last <= from ? flightRange.format(from) : flightRange.formatRange(from, last);
}

export function LinesTable({ result, versions, selection, onSelect }: LinesTableProps) {
  const { lines, currency } = result;
  const oneUnit = sharedUnit(lines) !== null;
  const oneRateType = new Set(lines.map((line) => line.rateType)).size === 1;
  const hasTiers = lines.some((line) => line.tier !== undefined);
  const [unfolded, setUnfolded] = useState(false);
  const { shown, folded } = foldedLines(
    lines,
    supersededIds(versions),
    unfolded,
    selection?.of === 'line' ? selection.key : null,
  );
  return (
    <table className="hairline statement-lines" aria-label="Statement lines" onKeyDown={moveBetweenAmounts}>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Product</th>
          <th scope="col" className="from-wide">
            Flight
          </th>
          <th scope="col" className="num">
            {quantityHead(lines)}
          </th>
          <th scope="col" className="num from-wide">
            {result.actions === undefined ? 'Delivery rows' : 'Facts'}
          </th>
          {hasTiers && (
            <th scope="col" className="num">
              Tier
            </th>
          )}
          <th scope="col" className="num">
            {rateHead(lines)}
          </th>
          <th scope="col" className="num">
            Exact
          </th>
          <th scope="col" className="num">
            Gross, {currency}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((line) => {
          const selected = selection?.of === 'line' && selection.key === line.key;
          return (
            <tr key={line.key} className={selected ? 'selected' : isQuiet(line) ? 'quiet-line' : ''}>
              <td className="muted">{line.key.startsWith('r-') ? '' : line.key}</td>
              <td className="ellipsis product" title={line.productKey}>
                {line.label}
              </td>
              <td className="muted from-wide">{flightText(line)}</td>
              <td className="num">
                {amountText(line.quantity)}
                {!oneUnit && <span className="muted"> {unitText(line.quantity, line.quantityUnit)}</span>}
              </td>
              <td className="num muted from-wide">{amountText(String(line.factsCount))}</td>
              {hasTiers && (
                <td className="num nowrap" title={line.tier === undefined ? undefined : tierText(line.tier)}>
                  {line.warnings.some((warning) => warning.code === 'TIER_CLIFF') && (
                    <span className="warn cell-mark" title="Bills less for delivering more">
                      <WarningSign size={11} title="Bills less for delivering more" />
                    </span>
                  )}
                  {line.tier === undefined
                    ? ''
                    : (tierNumber(line, priceOfLine(line, versions)) ?? tierText(line.tier))}
                </td>
              )}
              <td className="num ellipsis rate" title={line.rateText}>
                {isQuiet(line) ? '' : rateFigure(line, oneRateType)}
              </td>
              <td className="num muted">{amountText(line.exact)}</td>
              <td className="num amount-cell">
                <AmountButton
                  amount={line.gross}
                  of={`${lineName(line)}, gross`}
                  selected={selected}
                  onSelect={() => onSelect({ of: 'line', key: line.key })}
                />
              </td>
            </tr>
          );
        })}
        {folded > 0 && (
          <tr className="fold-row">
            <td colSpan={hasTiers ? 9 : 8}>
              <button type="button" className="fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
                {unfolded ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
                {countOf(folded, 'superseded line')}
              </button>
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
