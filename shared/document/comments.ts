// What people say about rows and cells while a version is a draft. Owns the form of a comment and the fold of accepted entries into
// threads, equal on server and clients. Comments are no term: they are not in the content and never contest.
import { canonicalJson } from '@countersign/shared/model';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import { z } from 'zod';
import type { Source } from './changeJournal.ts';

/** Longest text of one message, in UTF-16 units. */
export const LONGEST_COMMENT = 4_000;

const commandId = z.string().regex(/^[\w-]{16}$/);
/** The column a comment is about; null for the whole row. */
const about = z.string().min(1).max(40).nullable();
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters but for the line feed are what is taken out
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/g;
const text = z
  .string()
  .min(1)
  .max(LONGEST_COMMENT)
  .refine((value) => value === cleaned(value));
const commentSchema = z.union([
  z.strictObject({ about, text, thread: commandId.optional() }),
  z.strictObject({ about, done: z.boolean(), thread: commandId }),
]);

/** What a comment command says: a message (of a new thread, or of `thread`), or that a thread is done or open again. */
export type Comment =
  | { readonly about: string | null; readonly text: string; readonly thread?: string | undefined }
  | { readonly about: string | null; readonly done: boolean; readonly thread: string };

/** Text as a message holds it: lines end in a line feed, tabs are spaces, nothing stands before or after. */
function cleaned(typed: string): string {
  return typed.replaceAll('\r\n', '\n').replaceAll('\t', ' ').replaceAll(CONTROL, '').trim();
}

/** What a person typed as the text of a message; null when nothing is left of it, or more than fits. */
export function typedComment(typed: string): string | null {
  const message = cleaned(typed);
  return message === '' || message.length > LONGEST_COMMENT ? null : message;
}

/** The text of `to` in a comment command. */
export function commentText(comment: Comment): string {
  return canonicalJson(comment);
}

/** [DOC-60] The comment that `to` says; null when it is not canonical JSON of one. */
export function readComment(to: string | null): Comment | null {
  if (to === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(to);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const parsed = commentSchema.safeParse(value);
  return parsed.success && canonicalJson(parsed.data) === to ? parsed.data : null;
}

/** Whether a command says something about a cell instead of writing it. */
export function isComment(command: Pick<Command, 'field'>): boolean {
  return command.field === ROW_FIELD.comment;
}

export interface CommentMessage {
  /** Id of the command that said it. */
  readonly id: string;
  /** Place of its entry in the log; null while it waits on this computer. */
  readonly index: number | null;
  /** Server time of the entry; the computer's while it waits. */
  readonly at: string;
  readonly userId: string;
  readonly text: string;
}

/** Messages about one cell (or row) that belong together. */
export interface CommentThread {
  /** Id of the command that began it. */
  readonly id: string;
  readonly sheet: string;
  readonly rowId: string;
  readonly about: string | null;
  /** Oldest first. */
  readonly messages: readonly CommentMessage[];
  /** Somebody has said that there is nothing more to do about it. */
  readonly done: boolean;
}

/** [DOC-62] The threads of a draft: the same entries in log order give the same threads. */
export class CommentThreads {
  readonly #threads = new Map<string, CommentThread>();

  /** Folds the comments among the commands of an accepted entry, or of what waits to be sent. */
  apply(source: Pick<Source, 'at' | 'userId'> & { readonly index: number | null }, commands: readonly Command[]): void {
    for (const { id, sheet, rowId, field, to } of commands) {
      const comment = field === ROW_FIELD.comment ? readComment(to) : null;
      if (comment === null) continue;
      const { index, at, userId } = source;
      const message = 'text' in comment ? [{ id, index, at, userId, text: comment.text }] : [];
      const key = `${sheet}/${rowId}/${comment.thread ?? id}`;
      const thread = this.#threads.get(key);
      if (thread === undefined) {
        // An answer without its thread cannot be admitted; waiting ones may have lost theirs to a refusal.
        this.#threads.set(key, {
          id: comment.thread ?? id,
          sheet,
          rowId,
          about: comment.about,
          messages: message,
          done: false,
        });
        continue;
      }
      // A new message asks for attention again.
      const done = 'done' in comment ? comment.done : false;
      this.#threads.set(key, { ...thread, messages: [...thread.messages, ...message], done });
    }
  }

  /** A copy that can be folded further without changing this one. */
  copy(): CommentThreads {
    const copy = new CommentThreads();
    for (const [key, thread] of this.#threads) copy.#threads.set(key, thread);
    return copy;
  }

  /** All threads, in the order in which they began. */
  all(): CommentThread[] {
    return [...this.#threads.values()];
  }

  /** Threads of one row. */
  ofRow(sheet: string, rowId: string): CommentThread[] {
    return this.all().filter((thread) => thread.sheet === sheet && thread.rowId === rowId);
  }
}
