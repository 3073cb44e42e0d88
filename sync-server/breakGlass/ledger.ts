// Who holds which role in an emergency on this server now. Owns the fold over the log and the two clocks a term is held against; must not
// append or know HTTP.
import {
  type BreakGlassEntry,
  BreakGlassRecord,
  type Emergency,
  type HeldEmergency,
  heldOf,
  type StandingRoles,
} from '@countersign/shared/access';
import { breakGlassEntry, decodePayload, parseLeaf, parsePart0, toHex } from '@countersign/shared/history';
import type { LogRow, Storage } from '../storage/index.ts';

const PAGE = 500;
/** [GLASS-3] The role is given up so much before the log says that it ends: no entry made under it carries a later time. */
const MARGIN_MS = 1000;

/** Milliseconds: what the computer's clock says, and one that never runs backwards. */
export interface Clocks {
  now(): number;
  steady(): number;
}

export class EmergencyLedger {
  readonly #record = new BreakGlassRecord();
  readonly #clocks: Clocks;
  /** When each term is over by the steady clock, by the request's index. */
  readonly #deadlines = new Map<string, number>();
  /** Terms whose end is being written: not held any more. */
  readonly #ending = new Set<string>();
  #logTime = 0;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** Reads the log's entries. */
  static async load(
    storage: Pick<Storage, 'logPage' | 'leaves'>,
    size: number,
    clocks: Clocks,
  ): Promise<EmergencyLedger> {
    const ledger = new EmergencyLedger(clocks);
    const rows: LogRow[] = [];
    for (let before: number | undefined; ; ) {
      const page = await storage.logPage({
        kind: 'breakGlass',
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      rows.push(...page);
      before = page.at(-1)?.index;
      if (before === undefined || page.length < PAGE) break;
    }
    const [last] = size === 0 ? [] : await storage.leaves(size - 1, 1);
    if (last !== undefined) ledger.seen(parseLeaf(last.leaf).env.serverTime);
    for (const row of rows.toReversed()) ledger.take(entryOfRow(row));
    return ledger;
  }

  /** The log has an entry of this time, so it is no earlier now. */
  seen(at: string): void {
    this.#logTime = Math.max(this.#logTime, Date.parse(at));
  }

  /** Now by the log: the computer's clock, unless it was set back behind an entry. ISO. */
  get time(): string {
    return new Date(Math.max(this.#clocks.now(), this.#logTime)).toISOString();
  }

  /** A second later: whatever is appended now has an earlier time. */
  get timeSoon(): string {
    return new Date(Date.parse(this.time) + MARGIN_MS).toISOString();
  }

  /** Oldest first. */
  all(): readonly Emergency[] {
    return this.#record.all();
  }

  at(asked: string): Emergency | undefined {
    return this.#record.at(asked);
  }

  /** Why an entry would count for nothing; null when it stands. */
  fault(entry: BreakGlassEntry, standing: StandingRoles): string | null {
    return this.#record.fault(entry, standing);
  }

  /** Takes an entry that is stored. */
  take(entry: BreakGlassEntry): void {
    this.seen(entry.at);
    this.#record.apply(entry, null);
    if (entry.act.action === 'ask') return;
    const { asked } = entry.act;
    const until = this.#record.at(asked)?.until;
    if (entry.act.action === 'end' || until == null) {
      this.#deadlines.delete(asked);
      this.#ending.delete(asked);
      return;
    }
    const left = Date.parse(until) - Date.parse(this.time);
    this.#deadlines.set(asked, this.#clocks.steady() + Math.max(left, 0));
  }

  /** [GLASS-5] Takes the power at once while its end is being written; gives it back when that failed. */
  ending(asked: string): () => void {
    this.#ending.add(asked);
    return () => this.#ending.delete(asked);
  }

  /** Milliseconds until a term is given up; 0 or less when it is over; null when it does not run. */
  left(emergency: Emergency): number | null {
    const asked = String(emergency.asked.index);
    const deadline = this.#deadlines.get(asked);
    if (emergency.until === null || emergency.ended !== null || deadline === undefined) return null;
    if (this.#ending.has(asked)) return null;
    const byLog = Date.parse(emergency.until) - Date.parse(this.time);
    return Math.min(byLog, deadline - this.#clocks.steady()) - MARGIN_MS;
  }

  /** Terms that run. */
  running(): readonly Emergency[] {
    return this.all().filter((emergency) => (this.left(emergency) ?? 0) > 0);
  }

  /** Terms that ran out and whose end is not in the log yet. */
  overdue(): readonly Emergency[] {
    return this.all().filter((emergency) => {
      const left = this.left(emergency);
      return left !== null && left <= 0;
    });
  }

  /** [GLASS-6] The roles somebody holds in an emergency now; `forfeited` says which terms count no more though they run. */
  heldBy(userId: string, forfeited: (emergency: Emergency) => boolean = () => false): readonly HeldEmergency[] {
    if (this.#deadlines.size === 0) return [];
    return this.running()
      .filter((emergency) => emergency.userId === userId && !forfeited(emergency))
      .map(heldOf)
      .filter((held) => held !== null);
  }
}

/** A stored row for the fold. */
export function entryOfRow({ leaf, payload, hash }: Pick<LogRow, 'leaf' | 'payload' | 'hash'>): BreakGlassEntry {
  const [part0] = payload === null ? [] : decodePayload(payload);
  return breakGlassEntry(parseLeaf(leaf), parsePart0('breakGlass', part0), toHex(hash));
}
