/** The sheet of a template that says what every column and term takes. Owns words only; generated from the sheets themselves. */
import { plainLabel } from '@countersign/shared/model/cell';
import { type ColumnType, KNOWN_TERMS, SHEETS, SHEETS_OF } from '@countersign/shared/model/sheets';

export const GUIDE_SHEET = 'Guide';

const TAKES: Readonly<Record<ColumnType, string>> = {
  text: 'Text',
  choice: 'One of',
  money: 'Money: 1234.56, in the contract’s currency',
  rate: 'Rate: 28.00; of a CPM for a thousand, else for one',
  percent: 'Percent: 15 or 15%',
  quantity: 'Number: 3,000,000',
  date: 'Date: 2026-03-31; an end is the last day that counts',
  time: 'Time of day: 06:00',
  flag: 'Yes or no',
  days: 'Seven marks, Monday first: -2222--',
  currency: 'Currency code: USD',
  reference: 'The name of a row of',
};

/** Rows of the guide sheet, heading first. */
export function guideRows(): string[][] {
  const columns = SHEETS_OF.CONTRACT.flatMap((sheet) =>
    SHEETS[sheet].columns.map((column) => [
      SHEETS[sheet].label,
      plainLabel(column.label),
      takes(
        column.type,
        'choices' in column ? column.choices : undefined,
        'refersTo' in column ? column.refersTo : undefined,
      ),
      'required' in column && column.required ? 'Needed' : '',
    ]),
  );
  const terms = [...KNOWN_TERMS.values()].map((term) => [
    `${SHEETS.terms.label}: value of`,
    term.id,
    `${term.says} ${takes(term.type, term.choices, undefined)}`,
    term.required === true ? 'Needed' : '',
  ]);
  return [['Sheet', 'Column or term', 'Takes', ''], ...columns, ...terms];
}

function takes(
  type: ColumnType,
  choices: readonly string[] | undefined,
  refersTo: { readonly sheet: string } | undefined,
): string {
  if (choices !== undefined) return `${TAKES.choice} ${choices.join(', ')}`;
  if (refersTo !== undefined) return `${TAKES.reference} ${SHEETS[refersTo.sheet as 'lines'].label}`;
  return TAKES[type];
}
