// Why a node could not follow or lead, and whether its database answers. Owns what is remembered of faults and said of them once; must not act on them.
import { Fenced, OutcomeUnknown, StorageError } from '../storage/index.ts';
import type { Log } from '../telemetry/index.ts';

/** A node that could not begin to lead, for a reason that does not pass by itself, tries again after this long. */
const LEAD_AGAIN_MS = 30_000;
/** The database is called away when it has not answered for as long as a lease lives. */
const AWAY_MS = 2500;

export const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Errors that pass by themselves: another node leads, or the database is away. */
export const passes = (error: unknown): boolean =>
  error instanceof Fenced ||
  error instanceof OutcomeUnknown ||
  (error instanceof StorageError && error.fault === 'cutOff');

export class NodeHealth {
  readonly #log: Log;
  readonly #now: () => number;
  /** What is read of the log next decides anew. */
  #followFault: unknown = null;
  #leadFault: { readonly error: unknown; readonly at: number } | null = null;
  #away = false;

  /** `now` counts milliseconds that only grow. */
  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** Why this node could not lead; null when it could. */
  get fault(): unknown {
    return this.#followFault ?? this.#leadFault?.error ?? null;
  }

  /** Whether the database has not answered for a while. */
  get away(): boolean {
    return this.#away;
  }

  /** [NODE-16] A fault that stays keeps this node from taking the lease again and again; reading the log well is no cure for it. */
  get mayLead(): boolean {
    if (this.#followFault !== null) return false;
    return this.#leadFault === null || this.#now() - this.#leadFault.at > LEAD_AGAIN_MS;
  }

  followed(): void {
    this.#followFault = null;
  }

  cannotFollow(error: unknown): void {
    if (this.#stays('the log cannot be followed', error, this.#followFault)) this.#followFault = error;
  }

  led(): void {
    this.#leadFault = null;
  }

  cannotLead(error: unknown): void {
    if (this.#stays('this node cannot lead', error, this.#leadFault?.error ?? null))
      this.#leadFault = { error, at: this.#now() };
  }

  /** [NODE-6] The database has not answered for so long. */
  unreachable(error: unknown, forMs: number): void {
    this.#log.debug('the lease could not be looked at', { reason: why(error) });
    if (this.#away || forMs < AWAY_MS) return;
    this.#away = true;
    this.#log.warn('the database does not answer', { reason: why(error) });
  }

  reached(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#log.info('the database answers again', {});
  }

  #stays(what: string, error: unknown, before: unknown): boolean {
    if (passes(error)) {
      this.#log.warn(what, { reason: why(error) });
      return false;
    }
    if (before === null || why(before) !== why(error)) this.#log.error(what, error);
    return true;
  }
}
