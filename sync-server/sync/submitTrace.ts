// One submitted batch as a trace: a span for the whole and one for every stretch of its way. Owns their names and what they tell: ids and
// codes, never contents. Without a collector it does nothing.
import type { Span } from '@opentelemetry/api';
import type { Outcome } from '../admission/index.ts';
import { StorageUnavailable } from '../history/index.ts';
import { endSpan, type Moment, type SpanAttributes, startSpan, within } from '../telemetry/index.ts';

/** Stretches that follow each other; `check`, of signature and payload hash, goes on beside the first two. */
type Stretch =
  /** Waits for what came before it in the version's queue. */
  | 'turn'
  /** Is judged against the draft and takes its place in the log; waits for the end of `check` first. */
  | 'admit'
  /** Waits until the disk has it. Its sender is told at the end of this. */
  | 'flush'
  /** Is sent to everybody who is connected, with what the same flush stored. */
  | 'broadcast';

/** Where a batch waits for its turn: its version's room. */
interface Queue {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** What the conversation says of a batch. */
export interface SubmitTrace {
  /** Runs work so that its log lines name the trace. */
  run<T>(work: () => T): T;
  checking(check: Promise<unknown>): void;
  /** Judges it in its turn. */
  admit(room: Queue, judge: () => Promise<Outcome>): Promise<Outcome>;
  stored(index: number): void;
  delivered(): void;
  /** It was not stored, or nobody here knows whether it was. */
  failed(error: unknown): void;
}

const UNTRACED: SubmitTrace = {
  run: (work) => work(),
  checking: () => undefined,
  admit: (room, judge) => room.run(judge),
  stored: () => undefined,
  delivered: () => undefined,
  failed: () => undefined,
};

/** [OPS-29] Begins the trace of a batch that has just arrived. */
export function traceSubmit(document: string, connection: string): SubmitTrace {
  const span = startSpan('submit', { document, connection });
  return span.isRecording() ? new TracedSubmit(span, document) : UNTRACED;
}

class TracedSubmit implements SubmitTrace {
  readonly #whole: Span;
  readonly #document: string;
  /** What is added to the steady clock: a wall clock that is set meanwhile makes no stretch longer or negative. */
  readonly #epoch = Date.now() - performance.now();
  #stretch: Stretch = 'turn';
  #span: Span;

  constructor(whole: Span, document: string) {
    this.#whole = whole;
    this.#document = document;
    this.#span = this.#begin('turn', this.#now());
  }

  run<T>(work: () => T): T {
    return within(this.#whole, work);
  }

  checking(check: Promise<unknown>): void {
    const span = this.#begin('check', this.#now());
    const end = (): void => span.end(this.#now());
    check.then(end, end);
  }

  async admit(room: Queue, judge: () => Promise<Outcome>): Promise<Outcome> {
    const inTurn = (): Promise<Outcome> => {
      this.#next('admit');
      return judge();
    };
    const outcome = await this.run(() => room.run(inTurn));
    if (outcome.kind === 'again') this.#end({ outcome: 'again', index: outcome.row.index });
    else if (outcome.kind !== 'accepted') this.#end({ outcome: outcome.refusal.code });
    // A flush that was under way already may have taken it along.
    else if (this.#stretch === 'admit') this.#next('flush');
    return outcome;
  }

  stored(index: number): void {
    this.#whole.setAttributes({ outcome: 'stored', index });
    this.#next('broadcast');
  }

  delivered(): void {
    this.#end({});
  }

  failed(error: unknown): void {
    if (error instanceof StorageUnavailable) this.#end({ outcome: 'storage' }, 'the disk did not take it');
    else this.#end({ outcome: 'unknown' }, 'the outcome is not known here');
  }

  #begin(name: string, at: Moment): Span {
    return startSpan(name, { document: this.#document }, { parent: this.#whole, at });
  }

  #next(stretch: Stretch): void {
    const now = this.#now();
    this.#span.end(now);
    this.#stretch = stretch;
    this.#span = this.#begin(stretch, now);
  }

  #end(attributes: SpanAttributes, fault?: string): void {
    // A fault after the answer changes nothing of it.
    if (!this.#whole.isRecording()) return;
    const now = this.#now();
    endSpan(this.#span, {}, fault, now);
    endSpan(this.#whole, attributes, fault, now);
  }

  #now(): Moment {
    const ms = this.#epoch + performance.now();
    const seconds = Math.floor(ms / 1000);
    return [seconds, Math.floor((ms - seconds * 1000) * 1e6)];
  }
}
