// A torture client that goes on at whichever node answers, as people's apps do. Owns when to connect and when to give a silent socket up.
import type { Random } from '../sim/random.ts';
import type { TortureClient } from './client.ts';
import { ServerAway } from './members.ts';

/** A socket that owes answers for this long is given up; longer after each failure, so that a slow machine gets through. */
const SILENT_MS = 2500;
const MOST_SILENT_MS = 20_000;
/** Between two attempts. */
const RETRY_MS = 60;
/** What a database that is away or lost its leader makes a node say; entries behind such a one do not continue their chain. */
const PASSING = ['storage', 'unavailable', 'chain'];

class Silent extends Error {
  override readonly name = 'Silent';
}

export class RoamingClient {
  readonly client: TortureClient;
  /** Entries sent again on another socket. */
  resent = 0;
  readonly #urls: () => readonly string[];
  readonly #random: Random;
  readonly #onChange: () => void;
  #stopped = false;
  #wake: () => void = () => undefined;
  #heard = 0;
  #patience = SILENT_MS;

  /** `urls` are the nodes that live; `onChange` hears of everything that comes. */
  constructor(client: TortureClient, urls: () => readonly string[], random: Random, onChange: () => void) {
    this.client = client;
    this.#urls = urls;
    this.#random = random;
    this.#onChange = onChange;
    client.observe(() => {
      this.#heard = performance.now();
      this.#wake();
      onChange();
    });
  }

  /** Signs `most` more entries, up to `window` on their way. */
  write(window: number, most: number): void {
    this.#patience = SILENT_MS;
    this.client.write(window, most);
    this.#wake();
  }

  /** Whether nothing is owed, on either side. */
  get settled(): boolean {
    return this.client.live && this.client.waiting === 0;
  }

  stop(): void {
    this.#stopped = true;
    this.client.disconnect();
    this.#wake();
  }

  /** Stays connected until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const url = this.#random.pick(this.#urls());
      if (url !== undefined && !this.client.connected) await this.#connect(url);
      if (this.client.connected) await this.#watch();
      await this.#sleep(RETRY_MS);
    }
  }

  async #connect(url: string): Promise<void> {
    this.#heard = performance.now();
    const { client } = this;
    try {
      await this.#patiently(client.takeEpoch(url));
      this.resent += client.waiting;
      await this.#patiently(client.connect(url));
    } catch (error) {
      const passes = error instanceof ServerAway || error instanceof Silent || /closed with/.test(String(error));
      if (!passes) client.problems.push(`${client.member.userId} at ${url}: ${String(error)}`);
      this.#giveUp();
    }
  }

  /** Until the socket is gone, or silent for too long although something is owed, or something was refused. */
  async #watch(): Promise<void> {
    const { client } = this;
    while (client.connected && !this.#stopped) {
      const odd = client.refusals.findIndex((code) => !PASSING.includes(code));
      const alone = client.refusals[0] === 'chain';
      if (odd >= 0 || alone) client.problems.push(`an honest entry was refused: ${client.refusals.join(', ')}`);
      if (client.refusals.length > 0) {
        client.refusals.length = 0;
        this.#giveUp();
        return;
      }
      const silentFor = performance.now() - this.#heard;
      const owed = !client.live || client.waiting > 0;
      if (owed && silentFor > this.#patience) {
        this.#giveUp();
        return;
      }
      if (client.live) this.#patience = SILENT_MS;
      await this.#sleep(owed ? this.#patience - silentFor + 1 : SILENT_MS);
    }
  }

  #giveUp(): void {
    this.client.abandon();
    this.#patience = Math.min(MOST_SILENT_MS, this.#patience * 1.5);
    this.#onChange();
  }

  /** @throws Silent when it takes too long; the work goes on unheard then */
  async #patiently(work: Promise<void>): Promise<void> {
    work.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Silent('the node does not answer')), this.#patience);
    });
    try {
      await Promise.race([work, silent]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
