/** The command line of `npm start`. Owns names, defaults and help; must not touch the disk. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULTS } from '../../config/index.ts';

export interface StartOptions {
  readonly dataDir: string;
  readonly port: string;
  readonly empty: boolean;
  /** Open the app when the server is ready. */
  readonly open: boolean;
}

export const START_HELP = `Usage: npm start -- [options]

Starts the sync server on a data folder and opens the app: in Electron when its runtime is installed, else in the browser.

  --data DIR     data folder (default .countersign/data in the project)
  --port NUMBER  port, 0 for any free one (default ${DEFAULTS.port})
  --empty        a new folder gets no demo accounts and no demo data
  --no-open      start the server only and say where it is

Exit codes: 0 stopped on request, 64 wrong command line, 69 port in use or server not ready, 70 the app cannot be built,
65 data is damaged, 73 folder not writable, 74 the disk did not take a flush, 75 a server runs on the folder already, 78 folder of a newer version.
`;

/** null asks for help. @throws TypeError for an unknown option. */
export function startOptions(args: readonly string[], projectDir: string): StartOptions | null {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    allowNegative: true,
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: String(DEFAULTS.port) },
      empty: { type: 'boolean', default: false },
      open: { type: 'boolean', default: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  return {
    // npm changes into the project; INIT_CWD is where the person stood, and what a relative path of theirs means.
    dataDir:
      values.data === undefined
        ? resolve(projectDir, '.countersign/data')
        : resolve(process.env.INIT_CWD ?? '.', values.data),
    port: values.port,
    empty: values.empty,
    open: values.open,
  };
}
