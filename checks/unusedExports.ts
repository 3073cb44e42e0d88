// What is exported is imported somewhere, or is what a package offers (`npm run lint`). Owns values only: a type may be exported to give the
// shape of a function's argument its name. Reads files as Biome writes them and resolves no paths: a name that any other file imports from
// anywhere counts as used, so that nothing is named here that somebody needs.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['shared', 'sync-server', 'desktop', 'sim', 'torture', 'bench', 'e2e', 'checks'];
const NOT_SOURCE = /(^|\/)(node_modules|out|dist|planted)\//;
/** What `shared` offers to every workspace, by folder. */
const PACKAGE_ENTRY = /^shared\/([\w-]+\/){1,2}index\.ts$/;

/** Exports that a tool finds by their name. */
const FOUND_BY_NAME: ReadonlySet<string> = new Set(['checks/mutation/kernelRunner.ts strykerPlugins']);

const DECLARED = /^export (?:async )?(?:abstract )?(?:function\*?|class|const|let) (\w+)/gm;
/** `import { a, type B as C } from`, `export { a } from`. */
const NAMED = /^(?:import|export) (?:\w+, )?\{([^}]*)\} from/gm;
/** Whole modules: every word of a file that takes one may be a name of theirs. */
const WHOLE = /^import (?:type )?\* as |\bimport\(/m;
const STARRED = /^export \* from '\.\/([^']+)'/gm;

interface Source {
  readonly path: string;
  readonly declared: readonly string[];
  /** Names that it takes from other files, as they have them. */
  readonly taken: ReadonlySet<string>;
}

function readSource(path: string, text: string): Source {
  const declared = [...text.matchAll(DECLARED)].map(([, name = '']) => name);
  const taken = new Set([...text.matchAll(NAMED)].flatMap(([, names = '']) => namesOf(names)));
  if (WHOLE.test(text)) for (const [word] of text.matchAll(/\w+/g)) taken.add(word);
  return { path, declared, taken };
}

function namesOf(list: string): string[] {
  return list.split(',').flatMap((one) => /^(?:type )?(\w+)/.exec(one.trim())?.[1] ?? []);
}

/** Values that a file exports and no other one imports, as `path name`. @param files text by path */
function unusedIn(files: ReadonlyMap<string, string>): string[] {
  const sources = [...files].map(([path, text]) => readSource(path, text));
  const offered = new Set(
    [...files]
      .filter(([path]) => PACKAGE_ENTRY.test(path))
      .flatMap(([path, text]) => [...text.matchAll(STARRED)].map(([, name = '']) => join(dirname(path), name))),
  );
  const takers = new Map<string, Set<string>>();
  for (const { path, taken } of sources)
    for (const name of taken) takers.set(name, (takers.get(name) ?? new Set()).add(path));
  return sources
    .filter(({ path }) => !offered.has(path))
    .flatMap(({ path, declared }) =>
      declared
        .filter((name) => [...(takers.get(name) ?? [])].every((taker) => taker === path))
        .map((name) => `${path} ${name}`),
    );
}

const files = new Map(
  FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
    .filter((path) => /\.tsx?$/.test(path) && !NOT_SOURCE.test(path))
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
);
const broken = unusedIn(files).filter((one) => !FOUND_BY_NAME.has(one));
for (const one of broken)
  console.error(`${one} is exported and no other file imports it: export it no more, or delete it.`);

const planted = unusedIn(
  new Map([
    ['planted/used.ts', 'export const used = 1;\nexport function alone() {}\n'],
    ['planted/user.ts', "import { used as mine } from './used.ts';\nexport class Nobody {}\n"],
  ]),
);
const sees = planted.join() === 'planted/used.ts alone,planted/user.ts Nobody';
if (!sees) console.error(`The check is blind: of the planted exports it sees ${planted.join() || 'none'}.`);
console.log(`Exports: ${files.size} files read, ${broken.length} exported for nobody, planted ones seen.`);
process.exitCode = broken.length === 0 && sees ? 0 : 1;
