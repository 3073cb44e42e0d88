import { describe, expect, it } from 'vitest';
import { Fenced, StorageError } from '../storage/index.ts';
import { createLog } from '../telemetry/index.ts';
import { NodeHealth } from './nodeHealth.ts';

function health(): { health: NodeHealth; lines: string[]; pass(ms: number): void } {
  const lines: string[] = [];
  let now = 0;
  return {
    health: new NodeHealth(
      createLog('info', true, (line) => lines.push(line)),
      () => now,
    ),
    lines,
    pass: (ms) => {
      now += ms;
    },
  };
}

describe('the health of a node', () => {
  it('[NODE-16] a fault of leading is not cured by following well; it is said once and tried again after a while', () => {
    const { health: node, lines, pass } = health();
    const newer = StorageError.newer('core', 9, 3);
    node.cannotLead(newer);
    for (let look = 0; look < 5; look += 1) node.followed();
    expect([node.mayLead, node.fault]).toEqual([false, newer]);
    pass(31_000);
    expect(node.mayLead).toBe(true);
    node.cannotLead(newer);
    expect(node.mayLead).toBe(false);
    expect(lines).toHaveLength(1);
    pass(31_000);
    node.led();
    expect([node.mayLead, node.fault]).toEqual([true, null]);
  });

  it('[NODE-5] a fault of following lasts until the log is read well; what passes by itself is none', () => {
    const { health: node } = health();
    node.cannotFollow(new StorageError('damaged', 'Entry 3 was changed.', 'Look.'));
    expect(node.mayLead).toBe(false);
    node.followed();
    expect(node.mayLead).toBe(true);
    node.cannotFollow(new Fenced('another node leads'));
    node.cannotLead(new Fenced('another node leads'));
    expect([node.mayLead, node.fault]).toEqual([true, null]);
  });

  it('[NODE-6] a database that does not answer is said once, and again when it does', () => {
    const { health: node, lines } = health();
    node.unreachable(new Error('refused'), 100);
    expect([node.away, lines.length]).toEqual([false, 0]);
    node.unreachable(new Error('refused'), 3000);
    node.unreachable(new Error('refused'), 9000);
    expect([node.away, lines.length]).toEqual([true, 1]);
    node.reached();
    node.reached();
    expect([node.away, lines.length]).toEqual([false, 2]);
  });
});
