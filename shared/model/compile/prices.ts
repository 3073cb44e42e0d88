// Prices from a row and its tier table, and back. Owns how the columns of Lines, Payouts and Tiers spell a price.
import type { Price } from '../price.ts';
import type { RowContent } from '../sheets/content.ts';

/** Rows of the Tiers sheet by table name, in order. */
export type TierTables = ReadonlyMap<string, readonly RowContent[]>;

/** The price columns of a row, whatever its sheet calls them. */
export interface PriceCells {
  readonly model: string | undefined;
  readonly rateType: string | undefined;
  /** A rate, an amount or a percentage, as the model asks. */
  readonly figure: string | undefined;
  readonly percent: string | undefined;
  readonly table: string | undefined;
  readonly minPer?: string | undefined;
  readonly maxPer?: string | undefined;
}

export type PriceRead =
  | { readonly price: Price | undefined }
  | { readonly problem: string; readonly field: PriceField };
export type PriceField = 'figure' | 'table' | 'percent';

/** [DOC-42] The price a row states; undefined when it states none (the rate card decides). */
export function readPrice(cells: PriceCells, tables: TierTables): PriceRead {
  const { figure, percent } = cells;
  switch (modelOf(cells)) {
    case 'UNIT':
      return { price: figure === undefined ? undefined : { type: 'UNIT', rate: figure } };
    case 'FLAT':
      return figure === undefined ? missing('figure') : { price: { type: 'FLAT', amount: figure } };
    case 'PERCENT': {
      const share = percent ?? (cells.rateType === undefined ? undefined : figure);
      if (share === undefined) return missing('percent');
      return {
        price: {
          type: 'PERCENT',
          percent: share,
          ...(percent !== undefined && figure !== undefined ? { fixed: figure } : {}),
          ...(cells.minPer === undefined ? {} : { minPer: cells.minPer }),
          ...(cells.maxPer === undefined ? {} : { maxPer: cells.maxPer }),
        },
      };
    }
    default:
      return readTiered(cells, tables);
  }
}

/** A blank model means what its rate type usually means. */
function modelOf({ model, rateType, table }: PriceCells): string {
  if (model !== undefined) return model;
  if (table !== undefined) return 'GRADUATED';
  if (rateType === 'FLAT') return 'FLAT';
  return rateType === 'CPS' ? 'PERCENT' : 'UNIT';
}

function missing(field: PriceField): PriceRead {
  const what = { figure: 'The rate', table: 'The tier table', percent: 'The percent' }[field];
  return { problem: `${what} is missing. Fill it in.`, field };
}

function readTiered({ model = 'GRADUATED', table }: PriceCells, tables: TierTables): PriceRead {
  if (table === undefined) return missing('table');
  const rows = tables.get(table);
  if (rows === undefined) return { problem: `Tier table "${table}" has no rows in Tiers. Add them.`, field: 'table' };
  const lacks = (column: string): PriceRead => ({
    problem: `A row of tier table "${table}" lacks its ${column}. Fill it in.`,
    field: 'table',
  });
  switch (model) {
    case 'GRADUATED':
    case 'VOLUME':
      return {
        price: {
          type: model,
          tiers: rows.map((row) => ({ upTo: row.upTo ?? null, ...given(row, 'rate'), ...given(row, 'flat') })),
        },
      };
    case 'PERCENT_TIERS':
      return {
        price: {
          type: model,
          tiers: rows.map((row) => ({ upTo: row.upTo ?? null, ...given(row, 'percent'), ...given(row, 'flat') })),
        },
      };
    case 'PACKAGE': {
      const [row] = rows;
      if (row?.size === undefined) return lacks('block size');
      if (row.flat === undefined) return lacks('flat amount');
      return { price: { type: 'PACKAGE', size: row.size, amount: row.flat } };
    }
    case 'BLOCKS': {
      const tiers: { size: string; maxBlocks: string | null; amount: string }[] = [];
      for (const row of rows) {
        if (row.size === undefined) return lacks('block size');
        if (row.flat === undefined) return lacks('flat amount');
        tiers.push({ size: row.size, maxBlocks: row.upTo ?? null, amount: row.flat });
      }
      return { price: { type: 'BLOCKS', mode: 'GRADUATED', tiers } };
    }
    default:
      return { problem: `"${model}" is not a price this sheet can hold. Choose another.`, field: 'figure' };
  }
}

function given<K extends 'rate' | 'flat' | 'percent'>(row: RowContent, field: K): { [P in K]?: string } {
  const value = row[field];
  return value === undefined ? {} : ({ [field]: value } as { [P in K]?: string });
}

/** The cells that come nearest to a price, and the rows of its tier table. What they cannot say is kept beside (overlay). */
export function priceCells(price: Price | undefined): {
  readonly model?: string;
  readonly figure?: string;
  readonly percent?: string;
  readonly minPer?: string;
  readonly maxPer?: string;
  readonly tiers?: readonly Readonly<Record<string, string>>[];
} {
  switch (price?.type) {
    case 'UNIT':
      return { model: 'UNIT', figure: price.rate };
    case 'FLAT':
      return { model: 'FLAT', figure: price.amount };
    case 'PERCENT':
      return {
        model: 'PERCENT',
        percent: price.percent,
        ...(price.fixed === undefined ? {} : { figure: price.fixed }),
        ...(price.minPer === undefined ? {} : { minPer: price.minPer }),
        ...(price.maxPer === undefined ? {} : { maxPer: price.maxPer }),
      };
    case 'GRADUATED':
    case 'VOLUME':
    case 'PERCENT_TIERS':
      return {
        model: price.type,
        tiers: price.tiers.map(({ upTo, ...rest }) => ({ ...(upTo === null ? {} : { upTo }), ...rest })),
      };
    case 'PACKAGE':
      return { model: 'PACKAGE', tiers: [{ size: price.size, flat: price.amount }] };
    case 'BLOCKS':
      // The sheet's blocks are graduated; other ones stand beside it whole.
      if (price.mode === 'VOLUME') return {};
      return {
        model: 'BLOCKS',
        tiers: price.tiers.map(({ size, maxBlocks, amount }) => ({
          size,
          flat: amount,
          ...(maxBlocks === null ? {} : { upTo: maxBlocks }),
        })),
      };
    default:
      return {};
  }
}
