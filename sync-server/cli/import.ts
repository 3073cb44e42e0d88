/** `countersign import`: a CSV or workbook file into a draft. Owns the command line and the words; the server checks and writes. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { plainLabel } from '@countersign/shared/model/cell';
import { type SheetId, sheetSpec } from '@countersign/shared/model/sheets';
import type { ImportMapping, ImportStarted, ImportState } from '@countersign/shared/protocol/api';
import { mappingOf } from '../imports/suggestMapping.ts';
import type { WorkspaceClient } from './workspace/client.ts';
import { workspaceCommand } from './workspace/command.ts';
import { UsageError, WORKSPACE_HELP, WORKSPACE_OPTIONS, withWorkspace } from './workspace/open.ts';

const USAGE = `Usage: countersign import FILE --draft ID (--server URL | --data DIR) [options]

Checks a CSV or .xlsx file against a draft and, when no cell is refused, imports it as one entry of the history.

  --draft ID              draft version to import into
  --sheet NAME            sheet of the draft (default: the one whose columns the headings name)
  --map COLUMN=HEADING    fill this column from that one; may be given several times
  --key COLUMN,COLUMN     columns that together name a row
  --check                 check only, change nothing
${WORKSPACE_HELP}Exit codes: 0 imported (or checked without a refused cell); 1 refused; 64 wrong command line; 69 server not reachable.
`;

const SHOWN = 20;
const POLL_MS = 100;

/** Runs the subcommand. Resolves to the exit code. */
export function run(args: string[]): Promise<number> {
  return workspaceCommand('import', USAGE, () => parsed(args), importFile);
}

function parsed(args: string[]) {
  return parseArgs({
    args,
    strict: true,
    allowPositionals: true,
    options: {
      ...WORKSPACE_OPTIONS,
      draft: { type: 'string' },
      sheet: { type: 'string' },
      map: { type: 'string', multiple: true, default: [] },
      key: { type: 'string' },
      check: { type: 'boolean', default: false },
    },
  });
}

async function importFile({ values, positionals }: ReturnType<typeof parsed>): Promise<number> {
  const [file, ...more] = positionals;
  const { draft } = values;
  if (file === undefined || more.length > 0) throw new UsageError('Name one file.');
  if (draft === undefined) throw new UsageError('--draft is needed.');
  const bytes = readFileSync(file);
  const { state, read } = await withWorkspace(values, 'u-ops', async (client) => {
    const started = await client.upload<ImportStarted>('/imports', bytes, basename(file));
    const mapping = mappingFrom(started, values);
    const checked = await check(client, started.importId, draft, mapping);
    const read = howRead(started, mapping);
    if (values.check || (checked.result?.refused.length ?? 0) > 0) return { state: checked, read };
    return { state: await client.post<ImportState>(`/imports/${started.importId}/commit`, undefined), read };
  });
  process.stdout.write(values.json ? `${JSON.stringify(state)}\n` : `${read}\n${words(state)}`);
  return state.state === 'failed' || (state.result?.refused.length ?? 0) > 0 ? 1 : 0;
}

async function check(
  client: WorkspaceClient,
  importId: string,
  draftId: string,
  mapping: ImportMapping,
): Promise<ImportState> {
  let state = await client.post<ImportState>(`/imports/${importId}/check`, { draftId, mapping });
  while (state.state === 'checking') {
    await pause(POLL_MS);
    state = await client.get<ImportState>(`/imports/${importId}`);
  }
  return state;
}

interface Wanted {
  readonly sheet?: string | undefined;
  readonly map: readonly string[];
  readonly key?: string | undefined;
}

function mappingFrom({ columns, suggestedMapping }: ImportStarted, { sheet, map, key }: Wanted): ImportMapping {
  if (sheet !== undefined && sheetSpec(sheet) === undefined) throw new UsageError(`There is no sheet "${sheet}".`);
  const base = sheet === undefined ? suggestedMapping : mappingOf(sheet as SheetId, columns);
  const pairs = map.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--map is COLUMN=HEADING, not "${pair}".`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return {
    sheet: base.sheet,
    columns: { ...base.columns, ...Object.fromEntries(pairs) },
    key: key === undefined ? base.key : key.split(',').map((column) => column.trim()),
  };
}

/** [IMP-14] How the file was read and what of it fills which column, so that a heading that is passed over is seen. */
function howRead({ readAs, columns, note }: ImportStarted, { sheet, columns: pairs }: ImportMapping): string {
  const spec = sheetSpec(sheet);
  const used = Object.entries(pairs).map(([id, heading]) => {
    const label = plainLabel(spec?.columns.find((column) => column.id === id)?.label ?? id);
    return label === heading ? label : `${label} from ${heading}`;
  });
  const left = columns.filter((heading) => !Object.values(pairs).includes(heading));
  const passed =
    left.length === 0 ? '' : ` Not imported: ${left.slice(0, SHOWN).join(', ')}${left.length > SHOWN ? ', …' : ''}.`;
  const other = note === undefined ? '' : `${note}\n`;
  return `${other}Read as ${readAs}, into ${spec?.label ?? sheet}: ${used.join(', ')}.${passed}`;
}

function words({ state, result, reason, index }: ImportState): string {
  if (result === undefined) return `${reason ?? `The import is ${state}.`}\n`;
  const { added, changed, same, refused } = result;
  const counts = `${added} added, ${changed} changed, ${same} the same, ${refused.length} refused.`;
  const listed = refused
    .slice(0, SHOWN)
    .map(
      ({ row, column, value, reason: why }) => `  row ${row}, ${column}${value === '' ? '' : ` "${value}"`}: ${why}`,
    );
  if (refused.length > SHOWN) listed.push(`  and ${refused.length - SHOWN} more; --json lists them.`);
  const done =
    index === undefined
      ? refused.length > 0
        ? 'Nothing was imported.'
        : 'Nothing was changed.'
      : `Imported as entry ${index}.`;
  return `${[`${counts} ${done}`, ...listed].join('\n')}\n`;
}
