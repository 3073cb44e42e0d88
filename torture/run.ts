// `npm run torture`: real processes, real disks, bit rot, dishonest servers. Owns arguments, order and the line of totals; exits 1 when
// anything did not hold.
import { parseArgs } from 'node:util';
import { MISFORTUNES } from './misfortunes.ts';
import { CI, LONG, PARTS, type Part, type Sizes, torture } from './torture.ts';

type Counts<T> = Record<keyof typeof LONG, T>;
/** Every size that an option of its name sets. */
const COUNTS = Object.keys(LONG) as (keyof typeof LONG)[];

const USAGE = `npm run torture [-- --ci] ${COUNTS.map((name) => `[--${name} N]`).join(' ')} [--every] [--bundle-bits N] [--servers N] [--seed S] [--befall KIND] [--only ${PARTS.join('|')}]

  --ci       a short run, about a minute of processor time
  --every    flips a bit of every byte of a small folder as well
  --bundle-bits  so many bits of each bundle, not every one
  --servers  servers under load, or processes that flip bits of bundles, side by side (2)
  --only     one part; may be given several times
  --befall   one kind of misfortune of nodes, such as 'leader killed'; may be given several times
Exit codes: 0 everything held; 1 something did not; 2 wrong usage.
`;

function parse(): { sizes: Sizes; parts: readonly Part[]; seed: string } | null {
  const { values } = parseArgs({
    options: {
      ...(Object.fromEntries(COUNTS.map((name) => [name, { type: 'string' }])) as Counts<{ type: 'string' }>),
      ci: { type: 'boolean', default: false },
      every: { type: 'boolean', default: false },
      'bundle-bits': { type: 'string' },
      servers: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      befall: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const usual = values.ci ? CI : LONG;
  const parts = PARTS.filter((part) => values.only.length === 0 || values.only.includes(part));
  if (values.only.some((name) => !PARTS.some((part) => part === name)))
    throw new RangeError(`no part ${values.only.join(', ')}`);
  const kinds = MISFORTUNES.filter(({ name }) => values.befall.length === 0 || values.befall.includes(name));
  const unknown = values.befall.find((wanted) => !MISFORTUNES.some(({ name }) => name === wanted));
  if (unknown !== undefined)
    throw new RangeError(`no misfortune “${unknown}”; there are: ${MISFORTUNES.map(({ name }) => name).join(', ')}`);
  const bits = values['bundle-bits'] ?? (values.ci ? '150' : undefined);
  return {
    sizes: {
      ...(Object.fromEntries(COUNTS.map((name) => [name, whole(values[name] ?? `${usual[name]}`)])) as Counts<number>),
      bundleBits: bits === undefined ? null : whole(bits),
      kinds,
      every: values.every,
      servers: Math.max(1, whole(values.servers)),
    },
    parts,
    seed: values.seed,
  };
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`“${text}” is no number`);
  return Number(text);
}

try {
  const wanted = parse();
  if (wanted === null) process.stdout.write(USAGE);
  else {
    const { problems, line, notes } = await torture(wanted.sizes, wanted.parts, wanted.seed);
    for (const note of notes) console.log(note);
    for (const problem of problems.slice(0, 20)) console.error(problem);
    console.log(line);
    process.exitCode = problems.length === 0 ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
