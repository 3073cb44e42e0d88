// The clients that write to one folder while its server suffers. Owns waiting for them, what they were promised and holding the folder to it; what
// the server suffers is kills.ts's and disk.ts's.
import { type Audit, auditFolder } from './audit.ts';
import { TortureClient } from './client.ts';
import type { ServerProcess } from './serverProcess.ts';
import { ownRow, SHARED_ROW, type Template } from './template.ts';
import { Waiting } from './waiting.ts';

export class Crew {
  readonly clients: readonly TortureClient[];
  readonly #waiting = new Waiting();
  readonly #place: string;
  readonly #problems: string[];

  /** @param place what problems are told with @param problems where they are told; with one there, nothing is waited for any more */
  constructor(template: Template, place: string, problems: string[]) {
    this.#place = place;
    this.#problems = problems;
    this.clients = template.members.map((member) => new TortureClient(member, [ownRow(member.userId), SHARED_ROW]));
    for (const client of this.clients) client.observe(() => this.#waiting.heard());
  }

  get acknowledged(): number {
    return this.clients.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  problem(text: string): void {
    this.#problems.push(`${this.#place}: ${text}`);
  }

  async connect(url: string): Promise<void> {
    for (const client of this.clients) {
      await client.takeEpoch(url);
      await client.connect(url);
    }
  }

  /** Waits for messages until `ready` holds; a server that ends or falls silent meanwhile is a problem. */
  async until(server: ServerProcess | null, ready: () => boolean): Promise<void> {
    let over = false;
    void server?.exit.then((code) => {
      if (over) return;
      this.problem(`the server ended by itself with ${code}: ${server.says}`);
      this.#waiting.heard();
    });
    await this.#waiting.until(
      ready,
      () => this.#problems.length > 0,
      (long) => this.problem(`nothing happened ${long}`),
    );
    over = true;
  }

  /** Waits until every client has lost its socket. */
  parted(): Promise<void> {
    return this.until(null, () => this.clients.every((client) => !client.connected));
  }

  /** Holds the folder of a dead server to what was promised, and tells what it finds. */
  async audit(dataDir: string, when = ''): Promise<Audit> {
    const found = await auditFolder(
      dataDir,
      this.clients.flatMap(({ acknowledged }) => acknowledged),
    );
    const told = [...found.lost, ...found.duplicated, ...found.unsound];
    for (const { problems, checkpoints } of this.clients) {
      await checkpoints.settled();
      told.push(...problems, ...checkpoints.problems);
    }
    for (const text of told) this.problem(`${when}${text}`);
    return found;
  }
}
