// What people typed on computers whose local data goes wrong, and where each of it is. Owns the judgement, made from what was typed and what
// is on disks, in the log and in exported files; must not ask the engine where something is, only what it shows and says.
import { decodePayload, parseLeaf } from '@countersign/shared/history';
import type { AttentionItem } from '../desktop/renderer/sync/draftSession.ts';
import type { OpenDraft } from '../desktop/renderer/sync/openDraft.ts';
import type { Computer } from '../sim/computer.ts';
import { hasDisk, readDisk } from '../sim/idb/factory.ts';
import { KeyRange } from '../sim/idb/keys.ts';
import type { Machine } from '../sim/machine.ts';
import type { LogRow } from '../sync-server/storage/index.ts';

/** Where work waits on a disk to be sent, and where it stays until a person has decided. */
const WAITING = ['queue', 'sealed', 'offered'] as const;
const STAYING = ['attention', 'invalid'] as const;

/** One value that was typed, unlike any other of its run. */
export interface Typed {
  readonly text: string;
  readonly cell: string;
  readonly by: Computer;
  /** The draft as it was open then: another one after every start. */
  readonly draft: OpenDraft;
  isOnDisk: boolean;
  /** Why it need not be in the log: a file holds it, or the person was told before it was gone. */
  fate: 'exported' | 'told' | null;
}

/** Texts that something would write, and the ids of commands. */
interface Contents {
  readonly texts: readonly string[];
  readonly ids: ReadonlySet<string>;
}
interface DiskContents extends Contents {
  /** Texts of what is still to be sent. */
  readonly waiting: readonly string[];
}

/** What anything made of records and lists holds: `to` of commands, `typed` of values that do not fit. What a command replaces says nothing. */
function contentsOf(value: unknown, texts: string[] = [], ids = new Set<string>()): Contents {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return { texts, ids };
  if ('field' in value && 'id' in value && typeof value.id === 'string') ids.add(value.id);
  for (const [name, held] of Object.entries(value)) {
    if ((name === 'to' || name === 'typed') && typeof held === 'string') texts.push(held);
    else contentsOf(held, texts, ids);
  }
  return { texts, ids };
}

/** A number is written as it is; any other text may stand within that of a row. */
const holds = (texts: readonly string[], text: string): boolean =>
  texts.some((one) => one === text || (text.startsWith('‹') && one.includes(text)));

export class LocalLedger {
  readonly typed: Typed[] = [];
  readonly problems: string[] = [];
  /** Values that went into a file, and values whose loss was said. */
  exported = 0;
  told = 0;
  #last = 0;

  /** A text that nobody typed before. */
  fresh(kind: 'rate' | 'note' | 'misfit'): string {
    this.#last += 1;
    if (kind === 'rate') return `${70_000 + this.#last}.25`;
    return kind === 'note' ? `‹note ${this.#last}›` : `‹${this.#last} a week›`;
  }

  /** Somebody typed this and it was not denied. */
  add(text: string, cell: string, by: Computer, draft: OpenDraft): void {
    this.typed.push({ text, cell, by, draft, isOnDisk: false, fate: null });
    this.look();
  }

  /** At any moment: what a window that runs took and the disk does not have, it says; and what waits on the disk it does not take for sent. */
  look(): void {
    const open = this.typed.filter(
      ({ by, draft, isOnDisk, fate }) => fate === null && (!isOnDisk || isOpen(by, draft)),
    );
    for (const machine of new Set(open.map(({ by }) => by.machine))) {
      const { texts, waiting } = onDisk(machine);
      for (const typed of open) {
        const { by, draft, text } = typed;
        if (by.machine !== machine || !holds(texts, text)) continue;
        typed.isOnDisk = true;
        if (!isOpen(by, draft) || !holds(waiting, text)) continue;
        const status = draft.status();
        if (status.waiting === 0 && status.trouble === null)
          this.problems.push(`${by.name} says that nothing waits while ${text} does`);
      }
    }
    this.#mustBeSaid();
  }

  /** Nothing is under way: no window of a computer takes what waits on its disk for nothing. */
  mustShow(machine: Machine, windows: readonly Computer[]): void {
    if (onDisk(machine).waiting.length === 0) return;
    for (const { name, drafts } of windows)
      for (const draft of drafts) {
        const { waiting, trouble } = draft.status();
        if (waiting === 0 && trouble === null) this.problems.push(`${name} was opened and does not show what waits`);
      }
  }

  #mustBeSaid(): void {
    for (const [i, typed] of this.typed.entries()) {
      const { text, by, draft, isOnDisk, fate } = typed;
      if (isOnDisk || fate !== null || !isOpen(by, draft) || this.#isReplaced(typed, i)) continue;
      const { stage, trouble } = draft.status();
      if (stage !== 'notKept' && trouble === null)
        this.problems.push(`${by.name} says “${stage}” while ${text} is on no disk`);
    }
  }

  /** A window was killed: what it had not put on the disk it had said so. */
  died(killed: Computer): void {
    this.look();
    for (const typed of this.typed)
      if (typed.by === killed && !typed.isOnDisk && typed.fate === null) this.#tell(typed);
  }

  /** Somebody saved the unsent work as a file. */
  save(machine: Machine, work: unknown): void {
    const { texts, ids } = contentsOf(work);
    for (const id of ids) machine.givenUp.add(id);
    for (const typed of this.typed)
      if (typed.by.machine === machine && typed.fate !== 'exported' && holds(texts, typed.text)) {
        if (typed.fate === null) this.exported += 1;
        typed.fate = 'exported';
      }
  }

  /**
   * The data of a computer is gone, with what waited in it. A window that is open has what was typed in it, and what it had heard of
   * from others; of the rest it can only say that the data is gone.
   */
  gone(machine: Machine, { texts }: Contents, windows: readonly Computer[]): void {
    const known = contentsOf(windows.flatMap(({ drafts }) => drafts.map((draft) => draft.unsent()))).texts;
    for (const typed of this.typed) {
      if (typed.by.machine !== machine || typed.fate !== null || !holds(texts, typed.text)) continue;
      typed.isOnDisk = false;
      if (!isOpen(typed.by, typed.draft) && !holds(known, typed.text)) this.#tell(typed);
    }
  }

  /** The app said in words that it cannot give all that was on this disk. What was typed in a window that was open it has all the same. */
  unreadable(machine: Machine, { texts, ids }: Contents, open: readonly OpenDraft[]): void {
    for (const id of ids) machine.givenUp.add(id);
    for (const typed of this.typed)
      if (
        typed.by.machine === machine &&
        typed.fate === null &&
        holds(texts, typed.text) &&
        !open.includes(typed.draft)
      )
        this.#tell(typed);
  }

  /** Everything is at rest: each value is in one place. */
  settle(log: readonly LogRow[], computers: readonly Computer[]): void {
    const logged = commandsIn(log);
    for (const [i, typed] of this.typed.entries()) {
      const { text, by, fate } = typed;
      const times = logged.filter((to) => holds([to], text)).length;
      if (times > 1) this.problems.push(`${text} of ${by.name} is in the log ${times} times`);
      if (times > 0 || fate !== null) continue;
      const drafts = computers.filter(({ machine }) => machine === by.machine).flatMap(({ drafts: open }) => open);
      const isListed = (items: readonly AttentionItem[]): boolean =>
        items.some(({ to }) => to !== null && holds([to], text));
      if (drafts.some((draft) => isListed(draft.attention()))) continue;
      if (this.#isReplaced(typed, i)) continue;
      if (drafts.some((draft) => draft.invalidCells().some(({ invalid }) => invalid.typed === text))) continue;
      this.problems.push(`${text}, typed on ${by.name}, is nowhere, and nobody was told`);
    }
  }

  /** A value that does not fit is replaced by what is typed over it, and is never sent. */
  #isReplaced({ text, cell, by }: Typed, at: number): boolean {
    if (!text.endsWith('a week›')) return false;
    return this.typed.slice(at + 1).some((later) => later.cell === cell && later.by.machine === by.machine);
  }

  #tell(typed: Typed): void {
    typed.fate = 'told';
    this.told += 1;
  }
}

const isOpen = ({ isOn, drafts }: Computer, draft: OpenDraft): boolean => isOn && drafts.includes(draft);

/** What is on the disk of a computer, whatever refuses to read it. */
export function onDisk({ databaseName }: Machine): DiskContents {
  if (!hasDisk(databaseName)) return { texts: [], ids: new Set(), waiting: [] };
  const { stores } = readDisk(databaseName);
  const records = (name: string): unknown[] =>
    (stores.get(name)?.find(new KeyRange(undefined, undefined), null) ?? []).map(({ record }) => record.value);
  const waiting = contentsOf(WAITING.flatMap(records)).texts;
  const { texts, ids } = contentsOf([...WAITING, ...STAYING].flatMap(records));
  const accepted = records('entries') as readonly { readonly leaf: Uint8Array; readonly payload: Uint8Array }[];
  return { texts: [...texts, ...accepted.flatMap(({ leaf, payload }) => commandsOf(leaf, payload))], ids, waiting };
}

function commandsIn(log: readonly LogRow[]): string[] {
  return log.flatMap(({ leaf, payload }) => (payload === null ? [] : commandsOf(leaf, payload)));
}

/** What the commands of an entry write; nothing of one that is rotten. */
function commandsOf(leaf: Uint8Array, payload: Uint8Array): readonly string[] {
  try {
    const { kind } = parseLeaf(leaf).entry;
    const [part0] = decodePayload(payload);
    if ((kind !== 'edit' && kind !== 'choose') || part0 === undefined) return [];
    return contentsOf(JSON.parse(new TextDecoder().decode(part0))).texts;
  } catch (error) {
    if (error instanceof Error) return [];
    throw error;
  }
}
