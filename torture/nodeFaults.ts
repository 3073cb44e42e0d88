// Misfortunes of several nodes over one PostgreSQL, one after another under load. Owns what must hold after each; a life is one database from
// its first node to its last orderly stop.
import type { Random } from '../sim/random.ts';
import { TortureClient } from './client.ts';
import { auditDatabase } from './databaseAudit.ts';
import type { DatabaseTemplate } from './databaseTemplate.ts';
import { Fleet } from './fleet.ts';
import type { Misfortune } from './misfortunes.ts';
import type { NodeFigures } from './nodeFigures.ts';
import { RoamingClient } from './roamingClient.ts';
import { ownRow, SHARED_ROW } from './template.ts';
import { Waiting } from './waiting.ts';

/** Databases are changed before their log makes every check long. */
const MISFORTUNES_OF_A_LIFE = 26;
/** A workspace that cannot be written for this long is a finding of its own. */
const STALLED_MS = 90_000;
const MOST_WINDOW = 4;
const MOST_BEFORE = 20;
const BEHIND = 12;

export interface NodeGround {
  readonly template: DatabaseTemplate;
  readonly cacheDir: string;
  /** What may happen, in the order in which a short run meets it. */
  readonly kinds: readonly Misfortune[];
}

/** [TORT-8] Lets misfortunes happen until `figures.misfortunes` reaches `wanted`. */
export async function troubleNodes(
  ground: NodeGround,
  random: Random,
  wanted: number,
  figures: NodeFigures,
): Promise<void> {
  for (let life = 0; figures.misfortunes < wanted && figures.problems.length === 0; life += 1) {
    const one = await Life.begin(ground, `life${life}`, random.fork(`life ${life}`), figures);
    // A short run meets those that matter most.
    if (life === 0) one.order = ground.kinds;
    await one.run(wanted);
  }
}

class Life {
  readonly #ground: NodeGround;
  readonly #name: string;
  readonly #random: Random;
  readonly #figures: NodeFigures;
  readonly #database: string;
  readonly #fleet: Fleet;
  readonly #clients: readonly RoamingClient[];
  /** What comes next; shuffled anew when it is used up. */
  order: readonly Misfortune[] = [];
  readonly #waiting = new Waiting(STALLED_MS);
  /** When the misfortune happened, and until when nothing sent after it was stored. */
  #hit: number | null = null;
  #writableAfter: number | null = null;

  private constructor(ground: NodeGround, name: string, random: Random, figures: NodeFigures, database: string) {
    this.#ground = ground;
    this.#name = name;
    this.#random = random;
    this.#figures = figures;
    this.#database = database;
    this.#fleet = new Fleet({ ...ground, database, name });
    this.#clients = ground.template.members.map((member) => {
      const client = new TortureClient(member, [ownRow(member.userId), SHARED_ROW]);
      const chance = random.fork(`roaming of ${member.userId}`);
      return new RoamingClient(
        client,
        () => this.#fleet.urls,
        chance,
        () => this.#heard(client),
      );
    });
  }

  static async begin(ground: NodeGround, name: string, random: Random, figures: NodeFigures): Promise<Life> {
    const life = new Life(ground, name, random, figures, await ground.template.copy(name));
    await life.#fleet.start();
    for (let more = random.int(1, 3); more > 0; more -= 1) await life.#fleet.start();
    return life;
  }

  async run(wanted: number): Promise<void> {
    const figures = this.#figures;
    const roaming = this.#clients.map((client) => client.run());
    try {
      for (let i = 0; i < MISFORTUNES_OF_A_LIFE && figures.misfortunes < wanted; i += 1) {
        // Each kind comes once before any comes twice.
        if (this.order.length === 0) this.order = this.#random.shuffled(this.#ground.kinds);
        const [kind] = this.order;
        this.order = this.order.slice(1);
        if (kind === undefined) throw new Error('there is no misfortune left');
        await this.#go(kind);
        if (figures.problems.length > 0) return;
      }
      await this.#endInOrder();
    } catch (error) {
      this.#problem(error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      for (const client of this.#clients) client.stop();
      await Promise.all(roaming);
      for (const node of [...this.#fleet.nodes]) await this.#fleet.kill(node);
      if (figures.problems.length === 0) await this.#fleet.removeFolders();
    }
  }

  async #go({ name, befall }: Misfortune): Promise<void> {
    const figures = this.#figures;
    figures.misfortunes += 1;
    const random = this.#random.fork(`misfortune ${figures.misfortunes} ${name}`);
    this.#doing = name;
    const lease = await this.#fleet.lease();
    const before = this.#fleet.nodes;
    const enough = this.#acknowledged() + random.int(1, MOST_BEFORE);
    for (const client of this.#clients) client.write(random.int(1, MOST_WINDOW + 1), MOST_BEFORE + BEHIND);
    await this.#until(() => this.#acknowledged() >= enough);
    this.#hit = null;
    this.#writableAfter = null;
    const hit = (): void => {
      this.#hit = performance.now();
      // There is always something to send after it.
      for (const client of this.#clients) client.write(random.int(1, MOST_WINDOW + 1), BEHIND);
    };
    await befall({ fleet: this.#fleet, postgres: this.#ground.template.postgres, random, hit });
    await this.#until(() => this.#writableAfter !== null && this.#clients.every(({ settled }) => settled));
    // Where nobody was left there is no take-over, but a start.
    const survived = before.some((node) => this.#fleet.nodes.includes(node));
    const changed = survived && (await this.#fleet.lease())?.token !== lease?.token;
    if (this.#writableAfter !== null) figures.writableAfter(name, changed, this.#writableAfter);
    await this.#audit();
  }
  #doing = '';

  /** A client got a message, or lost its socket. */
  #heard(client: TortureClient): void {
    if (this.#hit !== null && this.#writableAfter === null && client.storedSentAt > this.#hit)
      this.#writableAfter = performance.now() - this.#hit;
    this.#waiting.heard();
  }

  async #endInOrder(): Promise<void> {
    const [a, b, other] = this.#clients.map(({ client }) => client.state.contentHash());
    if (a !== b) this.#problem(`two clients of one draft ended with different contents: ${a}, ${b}, ${other}`);
    for (const client of this.#clients) client.stop();
    for (const node of [...this.#fleet.nodes]) await this.#fleet.stop(node);
    await this.#audit();
    this.#figures.acknowledged += this.#acknowledged();
    for (const { client, resent } of this.#clients) {
      this.#figures.resent += resent;
      this.#figures.consistent += client.checkpoints.proved;
    }
  }

  async #audit(): Promise<void> {
    const clients = this.#clients.map(({ client }) => client);
    for (const { checkpoints, problems } of clients) {
      await checkpoints.settled();
      for (const text of [...problems, ...checkpoints.problems]) this.#problem(text);
    }
    const { lost, duplicated, split, unsound } = await auditDatabase(
      this.#database,
      clients.flatMap(({ acknowledged }) => acknowledged),
      clients.flatMap(({ checkpoints }) => checkpoints.heard),
      clients[0]?.member.vkey ?? '',
    );
    this.#figures.lost += lost.length;
    this.#figures.duplicated += duplicated.length;
    this.#figures.split += split.length;
    if (unsound.length > 0) this.#figures.unsound += 1;
    for (const text of [...lost, ...duplicated, ...split, ...unsound, ...this.#fleet.problems]) this.#problem(text);
  }

  #acknowledged(): number {
    return this.#clients.reduce((sum, { client }) => sum + client.acknowledged.length, 0);
  }

  async #until(ready: () => boolean): Promise<void> {
    await this.#waiting.until(
      ready,
      () => this.#fleet.problems.length > 0,
      (long) => this.#problem(`nothing could be written ${long}`),
    );
    for (const text of this.#fleet.problems) this.#problem(text);
  }

  #problem(text: string): void {
    this.#figures.problems.push(`${this.#name}, misfortune ${this.#figures.misfortunes} (${this.#doing}): ${text}`);
  }
}
