// The hostile sockets, in a process of their own, so that honest clients measure the server and not this. Owns keeping as many of each
// kind at work as are wanted, and counting how the server ended them. Started by flood.ts.
import { HOSTILE, type HostileKind, HostileSocket } from './hostileSocket.ts';

/** How many of each kind are at work: fifty. */
const SWARM: Readonly<Record<HostileKind, number>> = {
  halfHeaders: 5,
  silent: 5,
  halfFrame: 5,
  neverReads: 7,
  slowReader: 4,
  cursors: 8,
  entries: 6,
  tooLarge: 2,
  garbage: 2,
  text: 1,
  otherSchema: 1,
  staleTicket: 2,
  foreignOrigin: 2,
};
/** Whoever may read may connect; none of them has an honest socket, which would count against twenty a person. */
const PEOPLE = ['u-approver', 'u-controller', 'u-auditor', 'u-viewer', 'u-exporter'] as const;
/** An attacker who was sent away comes again. */
const AGAIN_MS = 200;

export interface SwarmTask {
  readonly url: string;
  readonly versions: readonly string[];
  readonly seed: string;
}

/** Ends by kind and name, and how many of each kind are still connected. */
export interface SwarmReport {
  readonly ends: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly connected: Readonly<Record<string, number>>;
  readonly opened: number;
  readonly problems: readonly string[];
}

export type SwarmMessage = { readonly kind: 'working' } | { readonly kind: 'report'; readonly report: SwarmReport };

class Swarm {
  readonly #task: SwarmTask;
  readonly #tokens: string[] = [];
  readonly #living = new Map<HostileSocket, HostileKind>();
  readonly #ends = new Map<HostileKind, Map<string, number>>();
  readonly #problems: string[] = [];
  #opened = 0;
  #isOver = false;

  constructor(task: SwarmTask) {
    this.#task = task;
  }

  /** Resolves when every socket was opened once. */
  async begin(): Promise<void> {
    for (const userId of PEOPLE) {
      const { token } = await this.#post<{ token: string }>('/session', { userId });
      this.#tokens.push(token);
    }
    const kinds = (Object.keys(HOSTILE) as HostileKind[]).flatMap((kind) =>
      Array.from({ length: SWARM[kind] }, () => kind),
    );
    for (const [place, kind] of kinds.entries()) await this.#open(kind, place);
  }

  end(): SwarmReport {
    this.#isOver = true;
    const connected: Record<string, number> = {};
    for (const [socket, kind] of this.#living) {
      connected[kind] = (connected[kind] ?? 0) + 1;
      socket.leave();
    }
    const ends = Object.fromEntries([...this.#ends].map(([kind, names]) => [kind, Object.fromEntries(names)]));
    return { ends, connected, opened: this.#opened, problems: this.#problems };
  }

  async #open(kind: HostileKind, place: number): Promise<void> {
    if (this.#isOver) return;
    const { url, versions, seed } = this.#task;
    const token = this.#tokens[place % this.#tokens.length] ?? '';
    const versionId = versions[place % versions.length] ?? '';
    const { ticket } = await this.#post<{ ticket: string }>('/tickets', undefined, token);
    this.#opened += 1;
    const socket = new HostileSocket(kind, { url, versionId, ticket, seed: `${seed}/${this.#opened}` });
    this.#living.set(socket, kind);
    void socket.ended.then((name) => {
      this.#living.delete(socket);
      if (this.#isOver) return;
      const names = this.#ends.get(kind) ?? new Map<string, number>();
      this.#ends.set(kind, names.set(name, (names.get(name) ?? 0) + 1));
      setTimeout(() => this.#open(kind, place).catch((error: unknown) => this.#problem(error)), AGAIN_MS);
    });
  }

  async #post<T>(path: string, body?: unknown, token?: string): Promise<T> {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const more = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.#task.url}/api/v1${path}`, { method: 'POST', headers, ...more });
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
    return (await answer.json()) as T;
  }

  #problem(error: unknown): void {
    if (!this.#isOver) this.#problems.push(error instanceof Error ? error.message : String(error));
  }
}

const say = (message: SwarmMessage): boolean => process.send?.(message) ?? false;

let swarm: Swarm | null = null;
if (process.send !== undefined && process.argv[2] === 'swarm') {
  // Nobody is left to attack for.
  process.on('disconnect', () => process.exit());
  process.on('message', (message: SwarmTask | 'end') => {
    if (message === 'end') {
      if (swarm !== null) say({ kind: 'report', report: swarm.end() });
      process.disconnect();
      return;
    }
    swarm = new Swarm(message);
    swarm.begin().then(
      () => say({ kind: 'working' }),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
}
