// The changed rows, grouped, as a redline; a row opens to its cells and their history. Owns the table; groups come from `reviewGroups.ts`.
import { ChevronDown, ChevronRight, Tick } from '@blueprintjs/icons';
import { sheetSpec } from '@countersign/shared/model/sheets';
import type { Review } from '@countersign/shared/protocol/api';
import { Fragment, useState } from 'react';
import { Avatar, amountText } from '../../kit/index.ts';
import { Redline, TextRedline } from './Redline.tsx';
import { RowHistory } from './RowHistory.tsx';
import type { ReviewedRow, RowGroup } from './reviewGroups.ts';
import { type ContentRow, cellSides, cellText, flightSides, lineTotals, rowWords } from './rowContext.ts';

const COLUMNS = 10;
/** What a rate row is for, beside its product. */
const RATE_DIMENSIONS = ['class', 'daypart', 'format', 'device', 'audience', 'geo', 'lengthSeconds'] as const;
const CHANGE_WORD = { added: 'added', removed: 'removed', changed: 'changed', moved: 'moved' } as const;
const CHANGE_MARK = { added: '+', removed: '\u2212', changed: '', moved: '' } as const;
/** Changes of a row on another sheet that are spelled out in the table; the rest is in the open row. */
const INLINE_FIELDS = 4;

export interface ChangesTableProps {
  readonly versionId: string;
  readonly review: Review;
  readonly groups: readonly RowGroup[];
  readonly rows: ReadonlyMap<string, ContentRow>;
  readonly currency: string;
  readonly seen: ReadonlySet<string>;
  readonly watch: (row: HTMLElement | null) => void;
  readonly onEntry: (index: string) => void;
}

function LineCells({ each, review, rows }: { each: ReviewedRow; review: Review; rows: ChangesTableProps['rows'] }) {
  const { row } = each;
  const context = rows.get(each.key);
  const totals = lineTotals(row, review.impact);
  const product = cellSides(row, context, 'product');
  return (
    <>
      <td className="ellipsis program" title={product.to ?? product.from ?? ''}>
        <Redline sides={product} />
      </td>
      <td className="nowrap">
        <Redline sides={flightSides(row, context)} />
      </td>
      <td className="num">
        <Redline figures sides={cellSides(row, context, 'quantity')} />
      </td>
      <td className="num">
        <Redline figures sides={cellSides(row, context, 'rate')} />
      </td>
      {review.impact !== null && <td className="num">{totals === null ? '' : <Redline figures sides={totals} />}</td>}
    </>
  );
}

/** A rate beside what it is for: geography, daypart, format. */
interface RateCellsProps {
  readonly each: ReviewedRow;
  readonly rows: ChangesTableProps['rows'];
  readonly hasMoney: boolean;
}

function RateCells({ each, rows, hasMoney }: RateCellsProps) {
  const { row } = each;
  const context = rows.get(each.key);
  const what = RATE_DIMENSIONS.map((field) => ({ field, sides: cellSides(row, context, field) })).filter(
    ({ sides }) => sides.from !== null || sides.to !== null,
  );
  return (
    <>
      <td className="ellipsis rate-for">
        {what.map(({ field, sides }) => (
          <span key={field} className="other-change">
            <Redline sides={sides} />
          </span>
        ))}
      </td>
      <td className="nowrap">
        <Redline sides={flightSides(row, context)} />
      </td>
      <td className="num">
        <Redline sides={cellSides(row, context, 'unit')} />
      </td>
      <td className="num">
        <Redline figures sides={cellSides(row, context, 'rate')} />
      </td>
      {hasMoney && <td />}
    </>
  );
}

function OtherCells({ each, hasMoney }: { readonly each: ReviewedRow; readonly hasMoney: boolean }) {
  const { row } = each;
  if (row.fields.length === 0) return <td colSpan={hasMoney ? 5 : 4}>Moved among the rows</td>;
  // The name of a new row stands in the first column already.
  const name = sheetSpec(row.sheet)?.nameColumn;
  const fields = row.change === 'added' ? row.fields.filter((field) => field.field !== name) : row.fields;
  return (
    <td colSpan={hasMoney ? 5 : 4} className="other-changes">
      {fields.slice(0, INLINE_FIELDS).map((field) => {
        const long =
          (field.from ?? '').length + (field.to ?? '').length > 60 && field.from !== null && field.to !== null;
        return (
          <span key={field.field} className="other-change">
            <span className="muted">{field.label} </span>
            {long ? (
              <TextRedline from={field.from ?? ''} to={field.to ?? ''} />
            ) : (
              <Redline
                sides={{
                  from: field.from === null ? null : cellText(row.sheet, field.field, field.from, row.row),
                  to: field.to === null ? null : cellText(row.sheet, field.field, field.to, row.row),
                  changed: true,
                }}
              />
            )}
          </span>
        );
      })}
      {fields.length > INLINE_FIELDS && <span className="muted">and {fields.length - INLINE_FIELDS} more cells</span>}
    </td>
  );
}

export function ChangesTable(props: ChangesTableProps) {
  const { versionId, review, groups, rows, currency, seen, watch, onEntry } = props;
  const hasLines = groups.some((group) => group.key.startsWith('lines/'));
  const hasMoney = review.impact !== null;
  const unit = currency === '' ? '' : `, ${currency}`;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpen((before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key]));
  return (
    <table className="hairline changes" aria-label="Changed rows">
      <thead>
        <tr>
          <th scope="col">{hasLines ? 'Line' : 'Row'}</th>
          <th scope="col">{hasLines ? 'Program or product' : 'For'}</th>
          <th scope="col">Dates</th>
          <th scope="col" className="num">
            Units
          </th>
          <th scope="col" className="num">
            Rate{unit}
          </th>
          {hasMoney && (
            <>
              <th scope="col" className="num">
                Net{unit}
              </th>
              <th scope="col" className="num">
                Impact{unit}
              </th>
            </>
          )}
          <th scope="col">By</th>
          <th scope="col" className="reason-head">
            Reason
          </th>
          <th scope="col">
            <span className="visually-hidden">Seen</span>
          </th>
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.key} aria-label={group.title}>
          <tr className="group">
            <td colSpan={hasMoney ? 6 : 5}>
              {group.title} <span className="muted regular">{group.rows.length}</span>
            </td>
            {hasMoney && (
              <td className="num">{group.impact === null ? '' : amountText(group.impact, { signed: true })}</td>
            )}
            <td />
            <td className="reason-head" />
            <td />
          </tr>
          {group.rows.map((each) => {
            const isOpen = open.has(each.key);
            const context = rows.get(each.key);
            const note = cellSides(each.row, context, 'note').to;
            return (
              <Fragment key={each.key}>
                <tr
                  ref={watch}
                  data-row-key={each.key}
                  className={`change-${each.row.change}${isOpen ? ' selected' : ''}`}
                >
                  <td className="change-bar nowrap">
                    <button
                      type="button"
                      className="row-opener"
                      aria-expanded={isOpen}
                      aria-label={`${rowWords(each.row.sheet, each.row.row)}, ${CHANGE_WORD[each.row.change]}. ${isOpen ? 'Close' : 'Open'} its cells.`}
                      onClick={() => toggle(each.key)}
                    >
                      {isOpen ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
                      <span className="ellipsis row-name">
                        {each.row.row === '' ? each.row.rowId : rowWords(each.row.sheet, each.row.row)}
                      </span>
                      {CHANGE_MARK[each.row.change] !== '' && (
                        <span className={each.row.change === 'added' ? 'good strong' : 'bad strong'}>
                          {CHANGE_MARK[each.row.change]}
                        </span>
                      )}
                    </button>
                  </td>
                  {each.row.sheet === 'lines' ? (
                    <LineCells each={each} review={review} rows={rows} />
                  ) : each.row.sheet === 'rates' ? (
                    <RateCells each={each} rows={rows} hasMoney={hasMoney} />
                  ) : (
                    <OtherCells each={each} hasMoney={hasMoney} />
                  )}
                  {hasMoney && (
                    <td className="num medium">
                      {each.impact === null ? '' : amountText(each.impact, { signed: true })}
                    </td>
                  )}
                  <td>
                    <span className="row gap-1">
                      {each.row.by.map((person) => (
                        <Avatar key={person.userId} userId={person.userId} name={person.name} small />
                      ))}
                    </span>
                  </td>
                  <td className="muted ellipsis reason" title={note ?? ''}>
                    {note}
                  </td>
                  <td className="muted">{seen.has(each.key) && <Tick size={14} title="Seen on this screen" />}</td>
                </tr>
                {isOpen && (
                  <tr className="row-detail-row">
                    <td colSpan={hasMoney ? COLUMNS : COLUMNS - 2}>
                      <RowHistory versionId={versionId} row={each.row} onEntry={onEntry} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}
