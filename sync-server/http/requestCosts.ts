// What is costly to answer, by how much, and that one caller's costly requests wait for each other. Owns the table and the turns; counting is
// `requestLimits.ts`'s.

/** [AUTH-38] How many ordinary requests one of these counts as: they read, compile, compare or pack whole versions, files or the log. */
export const REQUEST_COSTS: Readonly<Record<string, number>> = {
  'GET /api/v1/versions/:id': 2,
  'GET /api/v1/versions/:id/content': 20,
  'GET /api/v1/versions/:id/review': 20,
  'GET /api/v1/versions/:id/cells/:sheet/:rowId/:field/history': 2,
  'POST /api/v1/versions/:id/commands/:kind': 2,
  'POST /api/v1/preview': 20,
  'GET /api/v1/facts': 10,
  'POST /api/v1/facts': 20,
  'POST /api/v1/imports': 20,
  'POST /api/v1/imports/:id/check': 20,
  'POST /api/v1/imports/:id/commit': 20,
  'GET /api/v1/exports/:id/bundle': 10,
  'GET /api/v1/log': 2,
  'GET /api/v1/audit': 50,
  'GET /api/v1/access-report': 20,
};

/** An app that opens a screen asks for several at once; whoever has more waiting is told to ask again later. */
const MOST_WAITING = 16;
/** Between two of them everybody else has as long as the first one took, and no longer than this. */
const LONGEST_PAUSE_MS = 250;

/** [AUTH-38] The turns of each caller's costly requests: one is worked on at a time, and the others have as long after it. */
export class CallerTurns {
  /** Who waits behind the one that is worked on, by caller. */
  readonly #lines = new Map<string, (() => void)[]>();

  /** Resolves when it is this request's turn, to the way to give it back; null when too many of the caller wait already. */
  enter(caller: string): Promise<() => void> | null {
    const line = this.#lines.get(caller);
    const begin = (): (() => void) => {
      const begun = performance.now();
      return () => this.#leave(caller, performance.now() - begun);
    };
    if (line === undefined) {
      this.#lines.set(caller, []);
      return Promise.resolve(begin());
    }
    if (line.length >= MOST_WAITING) return null;
    return new Promise((resolve) => line.push(() => resolve(begin())));
  }

  /** Callers with something under way. */
  get size(): number {
    return this.#lines.size;
  }

  #leave(caller: string, tookMs: number): void {
    const next = this.#lines.get(caller)?.shift();
    if (next === undefined) this.#lines.delete(caller);
    // Handed on at once, one answer after another would be made before anything that came in meanwhile was read.
    else setTimeout(next, Math.min(tookMs, LONGEST_PAUSE_MS));
  }
}
