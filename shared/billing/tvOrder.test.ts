/** A real television order, figures kept and names left out: 65 lines with revisions, pre-emptions and makegoods. */
import { ContractVersion } from '@countersign/shared/model';
import { add, decimalOf, exactText, ZERO } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import order from './fixture/tvOrder.json' with { type: 'json' };
import { resultProblems } from './invariants.ts';
import { bill } from './testKit/contract.ts';

const version = ContractVersion.parse(order);

describe('a television order', () => {
  it('[BILL-17] re-adds to 93 spots, 109,600.00 gross, 16,440.00 commission, 93,160.00 net in broadcast November', () => {
    const result = bill(version, { period: '2016-11' });
    expect(result.period).toEqual({ key: '2016-11', from: '2016-10-31', to: '2016-11-28', calendar: 'BROADCAST' });
    expect(result.lines).toHaveLength(65);
    expect(exactText(result.lines.reduce((total, line) => add(total, decimalOf(line.quantity)), ZERO))).toBe('93');
    const { gross, commission, net, total } = result.totals;
    expect([gross, commission, net, total]).toEqual(['109600.00', '-16440.00', '93160.00', '93160.00']);
    expect(resultProblems(result)).toEqual([]);
  });

  it('[BILL-18] a superseded or pre-empted line bills 0 and stays; a makegood bills its own rate', () => {
    const byId = new Map(bill(version, { period: '2016-11' }).lines.map((line) => [line.lineId, line]));
    expect(byId.get('1.0')).toMatchObject({ quantity: '0', gross: '0.00' });
    expect(byId.get('17.1.1')).toMatchObject({ quantity: '0', gross: '0.00' });
    expect(byId.get('43.0')).toMatchObject({ quantity: '1', gross: '400.00' });
    expect(byId.get('43.0')?.trace.children[0]?.text).toContain('17.1.1');
  });

  it('[BILL-17] bills nothing in the neighbouring broadcast months', () => {
    expect(bill(version, { period: '2016-12' }).totals.total).toBe('0.00');
  });
});
