// SQLite databases in memory, used again by one schedule after the other, and images of them to begin with. Owns filling and emptying;
// must not know what the tables mean.
import { CompiledQuery, type Kysely } from 'kysely';
import { type KyselyStorage, openSqlite } from '../sync-server/storage/index.ts';
import { turns } from './turns.ts';

export type Row = Record<string, unknown>;
type Tables = Record<string, Row>;

/** All rows of all tables at one moment. */
export class DatabaseImage {
  static #made = 0;
  static readonly EMPTY = new DatabaseImage(null);
  readonly tables: ReadonlyMap<string, readonly Row[]> | null;
  /** Begins the names of the tables that hold it. */
  readonly prefix: string;

  constructor(tables: ReadonlyMap<string, readonly Row[]> | null) {
    DatabaseImage.#made += 1;
    this.prefix = `image${DatabaseImage.#made}_`;
    this.tables = tables;
  }
}

const ROWS_AT_ONCE = 50;
/** Databases that nobody uses now. */
const idle: SimDatabase[] = [];

async function fill(db: Kysely<Tables>, table: string, rows: readonly Row[]): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
    await db
      .insertInto(table)
      .values(rows.slice(i, i + ROWS_AT_ONCE))
      .execute();
}

export class SimDatabase {
  readonly storage: KyselyStorage;
  readonly #names: readonly string[];
  readonly #images = new Set<DatabaseImage>();

  private constructor(storage: KyselyStorage, names: readonly string[]) {
    this.storage = storage;
    this.#names = names;
  }

  /** A database with exactly what is in the image. */
  static async take(image: DatabaseImage): Promise<SimDatabase> {
    if (image.tables === null) return SimDatabase.#open();
    const database = idle.pop() ?? (await SimDatabase.#open());
    await database.#put(image);
    return database;
  }

  /** A database with what is in an image that nobody asks for a second time. */
  static async takeOnce(image: DatabaseImage): Promise<SimDatabase> {
    const database = idle.pop() ?? (await SimDatabase.#open());
    const db = database.storage.tables<Tables>();
    for (const name of database.#names) {
      await db.deleteFrom(name).execute();
      await fill(db, name, image.tables?.get(name) ?? []);
    }
    return database;
  }

  static async #open(): Promise<SimDatabase> {
    const storage = await openSqlite(':memory:');
    const tables = await storage.tables<Tables>().introspection.getTables();
    return new SimDatabase(
      storage,
      tables.map(({ name }) => name),
    );
  }

  async image(): Promise<DatabaseImage> {
    const db = this.storage.tables<Tables>();
    const tables = new Map<string, readonly Row[]>();
    for (const name of this.#names) tables.set(name, await db.selectFrom(name).selectAll().execute());
    return new DatabaseImage(tables);
  }

  /** Nobody uses it any more. One that a dead process holds for ever is left alone. */
  async giveBack(): Promise<void> {
    let isFree = false;
    const asked = this.storage.logSize().then(() => {
      isFree = true;
    });
    for (let i = 0; i < 20 && !isFree; i += 1) await turns(1);
    if (!isFree) {
      asked.catch(() => undefined);
      return;
    }
    idle.push(this);
  }

  async #put(image: DatabaseImage): Promise<void> {
    if (!this.#images.has(image)) await this.#keep(image);
    await this.storage
      .tables<Tables>()
      .transaction()
      .execute(async (db) => {
        // The same text every time: nothing is built anew and SQLite prepares each once.
        for (const name of this.#names)
          for (const text of [`delete from "${name}"`, `insert into "${name}" select * from "${image.prefix}${name}"`])
            await db.executeQuery(CompiledQuery.raw(text));
      });
  }

  /** Puts an image into tables of its own, from where it is copied quickly. */
  async #keep(image: DatabaseImage): Promise<void> {
    const db = this.storage.tables<Tables>();
    for (const name of this.#names) {
      const own = `${image.prefix}${name}`;
      await db.schema.createTable(own).as(db.selectFrom(name).selectAll().limit(0)).execute();
      await fill(db, own, image.tables?.get(name) ?? []);
    }
    this.#images.add(image);
  }
}
