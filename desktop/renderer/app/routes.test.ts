import { describe, expect, it } from 'vitest';
import { documentPath, parseRoute } from './routes.ts';

describe('addresses', () => {
  it('[UI-1] every place has an address, and an unknown one stays visible', () => {
    expect(parseRoute('')).toEqual({ at: 'home', list: 'all' });
    expect(parseRoute('#/rate-cards')).toEqual({ at: 'home', list: 'rateCards' });
    expect(parseRoute('#/billing')).toEqual({ at: 'home', list: 'billing' });
    expect(parseRoute('#/v/v-1/review')).toEqual({ at: 'document', versionId: 'v-1', view: 'review', cell: null });
    expect(parseRoute('#/imports')).toEqual({ at: 'imports', versionId: null });
    expect(parseRoute('#/nowhere').at).toBe('unknown');
    expect(parseRoute('#/v/v-1/elsewhere').at).toBe('unknown');
  });

  it('[UI-1] a cell has an address of its own', () => {
    const cell = { sheet: 'lines', rowId: 'r-42', field: 'rate' };
    const path = documentPath('v-1', 'workbook', cell);
    expect(parseRoute(`#${path}`)).toEqual({ at: 'document', versionId: 'v-1', view: 'workbook', cell });
  });
});
