import type { Command } from '@countersign/shared/protocol';
import { describe, expect, test } from 'vitest';
import { withDependents } from './refusalPlan.ts';

let made = 0;
function queued(rowId: string, field: string, from: string | null, to: string | null): { readonly command: Command } {
  made += 1;
  const id = `c${String(made).padStart(15, '0')}`;
  return { command: { id, sheet: 'lines', rowId, field, from, to, seen: '0' } };
}

describe('withDependents', () => {
  test('[DOC-9] what builds on a refused command goes with it, along chains, and nothing else does', () => {
    const refused = queued('r-1', 'rate', '1.00', '2.00');
    const next = queued('r-1', 'rate', '2.00', '3.00');
    const after = queued('r-1', 'rate', '3.00', '4.00');
    const other = queued('r-2', 'rate', '2.00', '3.00');
    const split = withDependents([refused, next, other, after], new Set([refused.command.id]));
    expect(split).toEqual({ refused: [refused, next, after], kept: [other] });
  });

  test('[DOC-9] everything on a row whose insertion was refused goes with it; a comment takes no other with it', () => {
    const insert = queued('r-new', '$insert', null, '["r-new","V"]');
    const onIt = queued('r-new', 'rate', null, '1.00');
    const said = queued('r-1', '$comment', null, '{"about":null,"text":"Why?"}');
    const next = queued('r-1', '$comment', null, '{"about":null,"text":"And when?"}');
    const refused = new Set([insert.command.id, said.command.id]);
    expect(withDependents([insert, said, onIt, next], refused)).toEqual({
      refused: [insert, said, onIt],
      kept: [next],
    });
  });
});
