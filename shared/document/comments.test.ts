import { canonicalJson } from '@countersign/shared/model';
import type { Command } from '@countersign/shared/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AcceptedEntry } from './acceptedEntry.ts';
import { admitUpdate } from './admit.ts';
import { type Comment, commentText, LONGEST_COMMENT, readComment, typedComment } from './comments.ts';
import { DraftState } from './draftState.ts';
import { commentKey, ROOT } from './layout.ts';
import { command, rowId, sealed, sheetWith } from './testKit/draft.ts';
import { created, Device, DRAFT, edit } from './testKit/entries.ts';

const CLIENT = 4242;
const said = (row: number | string, comment: Comment, more = {}) =>
  command(row, '$comment', commentText(comment), more);
const about = (text: string, column: string | null = 'rate', thread?: string): Comment =>
  thread === undefined ? { about: column, text } : { about: column, text, thread };

describe('comments', () => {
  test('[DOC-60] a comment is admitted, written once under its row and command, and leaves every cell as it was', () => {
    const { doc, updates } = sheetWith(2);
    const first = said(0, about('Is this the net rate?'));
    const answer = said(0, about('Gross, see clause 3.', 'rate', first.id));
    const done = said(0, { about: 'rate', done: true, thread: first.id });
    const commands = [first, answer, done];
    const update = sealed(updates, CLIENT, commands);
    expect(admitUpdate(doc, update, CLIENT, commands)).toBeNull();
    doc.applyUpdate(update);
    expect(doc.value(rowId(0), 'rate')).toBe('100.00');
    expect(doc.hasComment(rowId(0), answer.id)).toBe(true);
    expect(doc.y.getMap(ROOT.comments).get(commentKey(rowId(0), first.id))).toBe(first.to);
  });

  test('[DOC-60] what is no comment, about no column, on no row, or an answer to nothing is refused with its place', () => {
    const { doc, updates } = sheetWith(1);
    const code = (one: ReturnType<typeof command>) =>
      admitUpdate(doc, sealed(updates, CLIENT, [one]), CLIENT, [one])?.code;
    expect(code(said(0, about('Right.')))).toBeUndefined();
    expect(code(command(0, '$comment', 'Is this right?'))).toBe('format');
    expect(code(command(0, '$comment', '{"text":"order","about":null}'))).toBe('format');
    expect(code(said(0, about(' leading')))).toBe('format');
    expect(code(said(0, about('a\tb')))).toBe('format');
    expect(code(said(0, about('x'.repeat(LONGEST_COMMENT + 1))))).toBe('format');
    expect(typedComment('x'.repeat(LONGEST_COMMENT + 1))).toBeNull();
    expect(typedComment(' \t \r\n')).toBeNull();
    expect(code(said(0, about('Right.'), { from: 'x' }))).toBe('format');
    expect(code(said(0, about('Right.', 'nothing')))).toBe('unknownColumn');
    expect(code(said('r-none', about('Right.')))).toBe('unknownRow');
    expect(code(said(0, about('Right.', 'rate', 'c'.repeat(16))))).toBe('unknownItem');
  });

  test('[DOC-60] nobody writes over a comment that is there', () => {
    const { doc, updates } = sheetWith(1);
    const first = said(0, about('I agree.'));
    doc.applyUpdate(sealed(updates, CLIENT, [first]));
    const forged = { ...first, to: commentText(about('I do not agree.')) };
    expect(admitUpdate(doc, sealed(updates, 77, [forged]), 77, [forged])?.code).toBe('mismatch');
  });

  test('[DOC-60] a comment reads as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(null, 'rate'), (typed, column) => {
        const words = typedComment(typed);
        fc.pre(words !== null);
        expect(readComment(commentText({ about: column, text: words }))).toEqual({ about: column, text: words });
        expect(readComment(`${canonicalJson({ about: column, text: words })} `)).toBeNull();
      }),
    );
  });

  test('[DOC-61] comments change no content, contest nothing and make nobody an author', () => {
    const log = [created(2)];
    const draft = new DraftState(DRAFT);
    const ann = new Device('ann', 101, log);
    const bob = new Device('bob', 102, log);
    const add = (device: Device, ...commands: Command[]) => draft.applyEntry(edit(draft.size, device, commands));
    draft.applyEntry(created(2));
    const before = draft.contentHash();
    add(ann, said(0, about('Is this the net rate?')));
    expect(draft.contentHash()).toBe(before);
    expect(draft.authors()).toEqual([]);
    // Nobody saw the other: a removal would contest an edit of the row, and a comment is none.
    add(bob, command(0, '$dead', '1', { seen: '1' }));
    expect(draft.contests()).toEqual([]);
    add(ann, command(1, 'rate', '5.00'), said(1, about('Lower.')));
    expect(draft.authors()).toEqual(['u-ann', 'u-bob']);
    expect(draft.changes().map(({ field }) => field)).toEqual(['$dead', 'rate']);
  });

  test('[DOC-62] threads are the same wherever the same entries were folded, done until somebody speaks again', () => {
    const entries: AcceptedEntry[] = [created(1)];
    const draft = new DraftState(DRAFT);
    const device = new Device('ops', 101, entries);
    draft.applyEntry(created(1));
    const add = (command: Command) => {
      const entry = edit(draft.size, device, [command]);
      entries.push(entry);
      draft.applyEntry(entry);
    };
    const first = said(0, about('Is this the net rate?'));
    add(first);
    add(said(0, about('Gross.', 'rate', first.id)));
    add(said(0, { about: 'rate', done: true, thread: first.id }));
    expect(draft.comments.ofRow('lines', rowId(0))).toMatchObject([
      {
        id: first.id,
        about: 'rate',
        done: true,
        messages: [
          { userId: 'u-ops', index: 1 },
          { text: 'Gross.', index: 2 },
        ],
      },
    ]);
    add(said(0, about('Net, I was wrong.', 'rate', first.id)));
    expect(draft.comments.all()[0]?.done).toBe(false);
    const other = new DraftState(DRAFT);
    for (const entry of entries) other.applyEntry(entry);
    expect(other.comments.all()).toEqual(draft.comments.all());
    const waiting = draft.comments.copy();
    waiting.apply({ index: null, at: '2026-11-21T00:00:00Z', userId: 'u-ops' }, [
      said(0, about('Thanks.', 'rate', first.id)),
    ]);
    expect(waiting.all()[0]?.messages).toHaveLength(4);
    expect(draft.comments.all()[0]?.messages).toHaveLength(3);
  });
});
