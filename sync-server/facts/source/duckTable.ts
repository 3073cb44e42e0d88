/**
 * One file as a table in DuckDB. Owns the locked session: it reads that one file and nothing else, and no setting can be
 * changed by what the file holds. Must not know facts.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DomainError } from '@countersign/shared/money';
import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';
import { type FileShape, fileShape } from './fileShape.ts';
import { requireWholeGzip } from './wholeGzip.ts';

export interface DuckTable {
  readonly file: string;
  readonly kind: FileShape['kind'];
  /** Headings in the order of the file. */
  readonly headings: readonly string[];
  /** SQL that stands after FROM, and the text of a column in it; null for a blank cell. */
  readonly from: string;
  text(heading: string): string;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Json[][]>;
}

export interface DuckLimits {
  /** DuckDB's own memory, for example "2GB". A file that needs more is refused. */
  readonly memory?: string | undefined;
  readonly threads?: number | undefined;
  /** Most bytes that a packed text file may unpack to. */
  readonly unpacked?: number | undefined;
  /** Most data rows of a file that is kept row by row; more are refused. */
  readonly rows?: number | undefined;
  /** A column that is called impressions says of each row that it counts impressions. */
  readonly metricOfHeading?: boolean | undefined;
  /** Rejected rows shown of each reason. */
  readonly samples?: number | undefined;
}

const LARGEST_ROW = 4_194_304;
const LARGEST_PACKED = 268_435_456;

/** A JSON number with a fraction has gone through a binary one already: it is marked, so that no reader takes it for text. */
export const BINARY_MARK = 'binary number ';

/** [FSRC-2] Opens the file, lets `work` ask, and closes the session. @throws DomainError */
export async function withTable<T>(
  path: string,
  limits: DuckLimits,
  work: (table: DuckTable) => Promise<T>,
): Promise<T> {
  const shape = fileShape(path);
  if (shape.kind !== 'parquet' && shape.gzip) await requireWholeGzip(path, limits.unpacked);
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: limits.memory ?? '2GB',
    ...(limits.threads === undefined ? {} : { threads: String(limits.threads) }),
  });
  try {
    const connection = await instance.connect();
    try {
      await lock(connection, resolve(path));
      return await work(await opened(connection, path, shape));
    } catch (error) {
      throw error instanceof DomainError || !(error instanceof Error) ? error : refusal(error, path, shape.kind);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A file that has no rows, or more than are kept, is refused before anything of it is taken. @throws DomainError */
export async function requireRows(table: DuckTable, count: string, { rows: most }: DuckLimits): Promise<void> {
  if (most === undefined) return;
  const [[found] = []] = await table.rows(count);
  const rows = Number(found);
  const place = { file: table.file };
  if (rows === 0)
    throw new DomainError('NO_ROWS', 'The file has no row below its heading.', 'Give a row for each count.', place);
  if (rows <= most) return;
  const size = `${rows.toLocaleString('en-US')} rows; at most ${most.toLocaleString('en-US')} are kept of one file.`;
  throw new DomainError('TOO_LARGE', `The file has ${size}`, 'Split it by month.', place);
}

async function lock(connection: DuckDBConnection, path: string): Promise<void> {
  for (const setting of [
    `allowed_paths = [${literal(path)}]`,
    'allowed_directories = []',
    "temp_directory = ''",
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await connection.run(`SET ${setting}`);
  }
}

async function opened(connection: DuckDBConnection, file: string, shape: FileShape): Promise<DuckTable> {
  const rows = async (sql: string): Promise<Json[][]> => (await connection.runAndReadAll(sql)).getRowsJson();
  const run = async (sql: string): Promise<void> => {
    await connection.run(sql);
  };
  const path = literal(resolve(file));
  if (shape.kind === 'csv') {
    const { headings, separator, gzip } = shape;
    const columns = headings.map((_, i) => `c${i}: 'VARCHAR'`).join(', ');
    const from = `read_csv(${path}, auto_detect = false, header = true, delim = ${literal(separator)}, quote = '"',
      escape = '"', strict_mode = true, compression = '${gzip ? 'gzip' : 'none'}', columns = {${columns}})`;
    return {
      file,
      kind: 'csv',
      headings,
      from,
      text: (heading) => blankIsNull(`c${headings.indexOf(heading)}`),
      run,
      rows,
    };
  }
  if (shape.kind === 'parquet') {
    const from = `read_parquet(${path})`;
    const headings = (await rows(`DESCRIBE SELECT * FROM ${from}`)).map(([name]) => String(name));
    return {
      file,
      kind: 'parquet',
      headings,
      from,
      text: (heading) => blankIsNull(`CAST(${name(heading)} AS VARCHAR)`),
      run,
      rows,
    };
  }
  const objects = `read_json_objects(${path}, maximum_object_size = ${largestObject(file, shape)}, compression = '${shape.gzip ? 'gzip' : 'uncompressed'}')`;
  const from =
    shape.wrapped === null
      ? `(SELECT json AS item FROM ${objects})`
      : `(SELECT unnest(from_json(json -> '/${shape.wrapped}', '["JSON"]')) AS item FROM ${objects})`;
  const keys = await rows(`SELECT DISTINCT unnest(json_keys(item)) FROM ${from} ORDER BY 1`);
  return { file, kind: 'json', headings: keys.map(([key]) => String(key)), from, text: jsonText, run, rows };
}

/** One wrapping object is as large as its file; the engine sets that much aside for every thread. */
function largestObject(file: string, { wrapped, gzip }: Extract<FileShape, { kind: 'json' }>): number {
  if (wrapped === null) return LARGEST_ROW;
  return gzip ? LARGEST_PACKED : Math.max(LARGEST_ROW, statSync(file).size + 1);
}

function jsonText(heading: string): string {
  const at = literal(`/${heading.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return blankIsNull(`CASE json_type(item, ${at}) WHEN 'DOUBLE' THEN '${BINARY_MARK}' ELSE '' END || (item ->> ${at})`);
}

function blankIsNull(expression: string): string {
  return `nullif(trim(${expression}), '')`;
}

/** An SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function name(heading: string): string {
  return `"${heading.replaceAll('"', '""')}"`;
}

const CSV_CURE = 'Give every row as many columns as the heading, and close every quote.';

/** What the engine says of the file, in our words. What it says of our own SQL is a defect and stays as it is. */
function refusal(error: Error, file: string, kind: FileShape['kind']): Error {
  const { message } = error;
  if (/^(Binder|Catalog|Parser|Conversion|Internal|INTERNAL)/.test(message)) return error;
  if (/out of memory/i.test(message)) {
    return new DomainError('TOO_LARGE', 'The file needs more memory than is set aside for it.', 'Split it by month.', {
      file,
    });
  }
  if (kind === 'csv') {
    const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
    const where = line === undefined ? 'The file' : `Line ${line}`;
    if (/not utf-8/i.test(message)) {
      return new DomainError('BAD_CSV', `${where} is not UTF-8.`, 'Save the file as CSV in UTF-8.', { file });
    }
    const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
    const what =
      counts === null
        ? `${where} cannot be read as CSV.`
        : `${where} has ${counts[2]} columns where the heading has ${counts[1]}.`;
    return new DomainError('BAD_CSV', what, CSV_CURE, { file });
  }
  const [first = message] = message.split('\n');
  const code = kind === 'json' ? 'BAD_JSON' : 'BAD_PARQUET';
  return new DomainError(
    code,
    `The file cannot be read: ${first.replaceAll(resolve(file), file)}.`,
    'Correct the file.',
    { file },
  );
}
