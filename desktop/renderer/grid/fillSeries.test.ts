import { describe, expect, it } from 'vitest';
import { fillSeries } from './fillSeries.ts';

describe('fillSeries', () => {
  it('[GRID-31] goes on with numbers by their constant step, exactly and with their decimals', () => {
    expect(fillSeries(['0.10', '0.20'], 3, 'rate')).toEqual(['0.30', '0.40', '0.50']);
    expect(fillSeries(['100', '90'], 2, 'money')).toEqual(['80', '70']);
    expect(fillSeries(['9007199254740993', '9007199254740994'], 1, 'quantity')).toEqual(['9007199254740995']);
  });

  it('[GRID-31] repeats what has no constant step, one number, blanks and choices', () => {
    expect(fillSeries(['1', '2', '4'], 4, 'quantity')).toEqual(['1', '2', '4', '1']);
    expect(fillSeries(['15.00'], 2, 'rate')).toEqual(['15.00', '15.00']);
    expect(fillSeries(['1', null], 3, 'quantity')).toEqual(['1', null, '1']);
    expect(fillSeries(['SPOT'], 2, 'choice')).toEqual(['SPOT', 'SPOT']);
  });

  it('[GRID-32] one date goes on by a day over the end of a month, two by their step', () => {
    expect(fillSeries(['2016-11-29'], 3, 'date')).toEqual(['2016-11-30', '2016-12-01', '2016-12-02']);
    expect(fillSeries(['2016-11-01', '2016-11-08'], 2, 'date')).toEqual(['2016-11-15', '2016-11-22']);
  });

  it('[GRID-33] filling back runs the series the other way', () => {
    expect(fillSeries(['10', '20'], 2, 'quantity', { back: true })).toEqual(['0', '0']);
    expect(fillSeries(['2016-11-02', '2016-11-03'], 2, 'date', { back: true })).toEqual(['2016-11-01', '2016-10-31']);
  });

  it('[GRID-34] Ctrl+D copies and never makes a series', () => {
    expect(fillSeries(['2016-11-29'], 2, 'date', { copy: true })).toEqual(['2016-11-29', '2016-11-29']);
  });

  it('[GRID-31] numbered text steps by its number and keeps leading zeros', () => {
    expect(fillSeries(['Cut 1', 'Cut 2'], 2, 'text')).toEqual(['Cut 3', 'Cut 4']);
    expect(fillSeries(['A-008', 'A-009'], 2, 'text')).toEqual(['A-010', 'A-011']);
    expect(fillSeries(['a', 'b'], 1, 'text')).toEqual(['a']);
  });
});
