import type { RowContent } from '@countersign/shared/model/sheets';
import { describe, expect, test } from 'vitest';
import { compileVersion, versionMeta } from './index.ts';
import { META, row, workbook } from './testKit/workbook.ts';

describe('compileVersion', () => {
  test('[DOC-41] a revised or pre-empted line carries quantity 0 and needs neither product nor rate', () => {
    const content = workbook({
      lines: [
        row({
          line: '1.0',
          status: 'REVISED',
          from: '2016-11-01',
          to: '2016-11-04',
          quantity: '8',
          rate: '200.00',
          rateType: 'SPOT',
        }),
        row({ line: '1.1', status: 'PRE_EMPTED', from: '2016-11-07', to: '2016-11-07' }),
      ],
    });
    const { version } = compileVersion(content, META);
    expect(version?.lines?.map((line) => [line.status, line.contractedQuantity])).toEqual([
      ['REVISED', '0'],
      ['PREEMPTED', '0'],
    ]);
  });

  test('[DOC-47] the last day of a sheet is the day before the exclusive end of the model', () => {
    const content = workbook(
      { lines: [row({ line: '1', product: 'P', from: '2016-11-07', to: '2016-11-07', rateType: 'CPM', rate: '20' })] },
      { effectiveTo: '2016-12-31' },
    );
    const { version } = compileVersion(content, META);
    expect(version?.effectiveTo).toBe('2017-01-01');
    expect(version?.lines?.[0]?.flight).toEqual({ from: '2016-11-07', to: '2016-11-08' });
  });

  test('[DOC-42] tiers of a table become the price of the line that names it', () => {
    const content = workbook({
      lines: [
        row({
          line: '1',
          product: 'P',
          rateType: 'CPM',
          priceModel: 'GRADUATED',
          tierTable: 'T',
          from: '2016-11-01',
          to: '2016-11-30',
        }),
      ],
      tiers: [row({ table: 'T', upTo: '1000000', rate: '20' }), row({ table: 'T', rate: '18', flat: '5.00' })],
    });
    expect(compileVersion(content, META).version?.lines?.[0]?.price).toEqual({
      type: 'GRADUATED',
      tiers: [
        { upTo: '1000000', rate: '20' },
        { upTo: null, rate: '18', flat: '5.00' },
      ],
    });
  });

  test('[DOC-40] a row that cannot be read is left out, reported at its cell and listed as not billed, never a silent zero', () => {
    const content = workbook({
      lines: [
        row({
          line: '1',
          product: 'P',
          from: '2016-11-01',
          to: '2016-11-30',
          rateType: 'SPOT',
          rate: '5.00',
          billingSource: 'CONTRACTED',
        }),
      ],
    });
    const { version, problems } = compileVersion(content, META);
    expect(problems).toMatchObject([{ sheet: 'lines', field: 'quantity' }]);
    expect(version?.lines).toBeUndefined();
    expect(version?.terms).toMatchObject([{ value: '1: 5.00', billed: false }]);
  });

  test('[DOC-43] a rate per second is kept as a held term with the reason, and a rate per spot is a rate row', () => {
    const content = workbook({
      rates: [
        row({ product: 'Evening', unit: 'per second', currency: 'USD', rate: '12.5' }),
        row({ product: 'Evening', unit: 'per spot', currency: 'USD', rate: '300', to: '2016-12-31' }),
      ],
    });
    const { version, problems } = compileVersion(content, META);
    expect(problems).toEqual([]);
    expect(version?.rateCardRows).toMatchObject([{ rateType: 'SPOT', effectiveTo: '2017-01-01' }]);
    expect(version?.terms).toMatchObject([{ billed: false, value: 'Evening: 12.5' }]);
  });

  test('[DOC-44] an unknown term is held with the type its text has, linked to its clause', () => {
    const content = workbook(
      {
        clauses: [
          row({
            key: '9.2',
            text: 'Interest of 1.5% a month.',
            billed: 'false',
            why: 'It depends on when cash arrives.',
          }),
        ],
      },
      {},
    );
    const terms = content.sheets.terms as RowContent[];
    terms.push(row({ key: 'late interest', value: '1.5%', clause: '9.2', note: 'It depends on when cash arrives.' }));
    const { version } = compileVersion(content, META);
    expect(version?.terms).toEqual([
      {
        key: 'late interest',
        type: 'PERCENT',
        value: '1.5',
        clauseId: '9.2',
        reason: 'It depends on when cash arrives.',
      },
      {
        key: '9.2',
        type: 'TEXT',
        value: 'Interest of 1.5% a month.',
        billed: false,
        reason: 'It depends on when cash arrives.',
        clauseId: '9.2',
      },
    ]);
  });

  test('[DOC-40] a head without its currency compiles to nothing and says which term is missing', () => {
    const content = workbook({});
    const terms = (content.sheets.terms ?? []).filter((term) => term.key !== 'currency');
    const { version, problems } = compileVersion({ ...content, sheets: { ...content.sheets, terms } }, META);
    expect(version).toBeNull();
    expect(problems).toEqual([
      {
        sheet: 'terms',
        rowId: null,
        field: null,
        kind: 'missing',
        text: 'Currency is missing. Add the term "currency".',
      },
    ]);
  });

  test('[DOC-46] the meta of a version comes from its detail: its place, its state and when it was executed', () => {
    const summary = {
      versionId: 'v-1',
      contractId: 'c-1',
      kind: 'AMENDMENT',
      sequence: 2,
      number: '1',
      title: 'T',
      state: 'EXECUTED',
    } as const;
    const meta = versionMeta({ summary, executedBy: { at: '2026-01-01T00:00:00.000Z' } });
    expect(compileVersion(workbook({}), meta).version).toMatchObject({
      id: 'v-1',
      kind: 'AMENDMENT',
      sequence: 2,
      status: 'EXECUTED',
      recordedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  test('[DOC-48] a term beside a row may add to what its cells say and never say otherwise', () => {
    const line = row({ line: '1', product: 'P', from: '2016-11-01', to: '2016-11-30', rateType: 'CPM', rate: '20' });
    const compiled = (overlay: object) => {
      const content = workbook({ lines: [line] });
      const terms = [
        ...(content.sheets.terms ?? []),
        row({ key: `model.lines.${line.rowId}`, value: JSON.stringify(overlay) }),
      ];
      return compileVersion({ ...content, sheets: { ...content.sheets, terms } }, META);
    };
    expect(compiled({ guaranteed: true }).version?.lines).toMatchObject([{ id: '1', guaranteed: true }]);
    expect(compiled({ price: { type: 'UNIT', rate: '20', metric: 'viewable' } }).version?.lines).toMatchObject([
      { price: { rate: '20', metric: 'viewable' } },
    ]);
    const hidden = compiled({ price: { type: 'UNIT', rate: '90' } });
    expect(hidden.version?.lines).toBeUndefined();
    expect(hidden.problems).toMatchObject([
      {
        sheet: 'terms',
        field: 'value',
        text: 'The term says another price than the row it belongs to. Remove the term, or correct it.',
      },
    ]);
    expect(hidden.version?.terms).toMatchObject([{ billed: false, value: '1: 20' }]);
  });

  test('[DOC-48] no term sets the place of a version, or replaces what a sheet or a term says', () => {
    const line = row({ line: '1', product: 'P', from: '2016-11-01', to: '2016-11-30', rateType: 'CPM', rate: '20' });
    const beside = (key: string, value: unknown) => {
      const content = workbook({ lines: [line] });
      const terms = [...(content.sheets.terms ?? []), row({ key, value: JSON.stringify(value) })];
      return compileVersion({ ...content, sheets: { ...content.sheets, terms } }, META);
    };
    for (const [member, value] of [
      ['recordedAt', '2020-01-01T00:00:00Z'],
      ['status', 'EXECUTED'],
      ['kind', 'TERMINATION'],
      ['lines', []],
      ['currency', 'JPY'],
    ] as const) {
      const { version, problems } = beside(`model.version.${member}`, value);
      expect(problems).toHaveLength(1);
      expect(version).toMatchObject({ status: 'DRAFT', kind: 'ORIGINAL', currency: 'USD', lines: [{ id: '1' }] });
      expect(version?.recordedAt).toBeUndefined();
    }
    expect(beside('model.version.parentId', 'c-0')).toMatchObject({ problems: [], version: { parentId: 'c-0' } });
    expect(beside('model.version.parentId', { __proto__: null }).version).toBeNull();
  });
});
