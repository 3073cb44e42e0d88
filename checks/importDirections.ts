// The import directions of DESIGN §1 as rules, and the proof that the checker sees anything at all. Owns no style rule.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TEST_FILE = '(\\.test\\.tsx?$|/testKit/|/fixture[s]?[./])';

const rule = (name: string, from: object, to: object): IForbiddenRuleType => ({ name, severity: 'error', from, to });

/** Folders of `shared` and what each may import of ours besides itself. */
const SHARED_MAY_IMPORT: Record<string, readonly string[]> = {
  money: [],
  model: ['money'],
  attribution: ['money', 'model'],
  billing: ['money', 'model', 'attribution'],
  access: ['model'],
  history: ['model', 'conformance', 'access'],
  protocol: ['model', 'history', 'billing', 'access'],
  lifecycle: ['model', 'access', 'history'],
  document: ['money', 'model', 'protocol', 'history'],
  conformance: ['money', 'model', 'attribution', 'billing', 'history'],
  // The oracle may not see how the kernel counts, only its types and, in comparisons, its answers.
  oracle: ['model', 'billing'],
  // Test-only, as the oracle: what is digested reads files and hashes with node:crypto.
  golden: ['money', 'model', 'billing', 'oracle'],
};

const forbidden: IForbiddenRuleType[] = [
  ...Object.entries(SHARED_MAY_IMPORT).map(([folder, allowed]) =>
    rule(
      `shared-${folder}-direction`,
      { path: `^shared/${folder}/`, pathNot: TEST_FILE },
      { path: '^shared/', pathNot: `^shared/(${[folder, ...allowed].join('|')})/` },
    ),
  ),
  rule('shared-stays-home', { path: '^shared/', pathNot: TEST_FILE }, { path: '^(sync-server|desktop|e2e|checks)/' }),
  rule('shared-is-pure', { path: '^shared/', pathNot: `^shared/golden/|${TEST_FILE}` }, { dependencyTypes: ['core'] }),
  rule(
    'shared-has-no-framework',
    { path: '^shared/' },
    { path: 'node_modules/(react|react-dom|electron|ag-grid|fastify|dexie|@blueprintjs)' },
  ),
  rule(
    'only-money-imports-decimal',
    { path: '^(shared|sync-server|desktop)/', pathNot: '^shared/money/' },
    { path: 'node_modules/decimal\\.js' },
  ),
  rule(
    'only-documents-import-yjs',
    { path: '^shared/', pathNot: `^shared/document/|${TEST_FILE}` },
    { path: 'node_modules/(yjs|y-protocols)/' },
  ),
  rule('server-imports-shared-only', { path: '^sync-server/' }, { path: '^(desktop|e2e)/' }),
  rule(
    'renderer-stays-in-its-sandbox',
    { path: '^desktop/(renderer|host)/', pathNot: TEST_FILE },
    { dependencyTypes: ['core'] },
  ),
  rule(
    'renderer-knows-no-electron',
    { path: '^desktop/(renderer|host)/' },
    { path: '(node_modules/electron/|^desktop/(main|preload)/|^sync-server/|^e2e/)' },
  ),
  rule('main-has-no-business', { path: '^desktop/(main|preload)/' }, { path: '^(desktop/renderer|sync-server|e2e)/' }),
  rule('e2e-drives-built-apps', { path: '^e2e/' }, { path: '^(desktop|sync-server)/' }),
  rule(
    'nothing-ships-the-oracle',
    { path: '^(shared|sync-server|desktop)/', pathNot: '^shared/(oracle|golden)/' },
    { path: '^shared/(oracle|golden)/' },
  ),
  rule(
    'nothing-imports-the-checkers',
    { path: '^(shared|sync-server|desktop|e2e)/' },
    { path: '^(sim|torture|bench|checks)/' },
  ),
  rule('no-ag-grid-enterprise', {}, { path: 'ag-(grid|charts)-enterprise' }),
  rule(
    'no-cycles',
    { path: '^(shared|sync-server|desktop)/' },
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  ),
];

/** Reads every TypeScript file below `baseDir` and returns what breaks the rules. */
async function look(baseDir: string, folders: string[]): Promise<{ files: number; broken: string[] }> {
  const { output } = await cruise(folders, {
    baseDir,
    ruleSet: { forbidden },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/out/|/dist/|^checks/planted)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  } as Parameters<typeof cruise>[1]);
  const { summary, modules } = output as ICruiseResult;
  const files = modules.filter(
    (module) => /\.tsx?$/.test(module.source) && !module.source.includes('node_modules'),
  ).length;
  return { files, broken: summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}`) };
}

const planted = await look(join(ROOT, 'checks/planted'), ['shared', 'desktop']);
const wanted = ['shared-is-pure', 'renderer-knows-no-electron', 'shared-money-direction'];
const missed = wanted.filter((name) => !planted.broken.some((line) => line.startsWith(`${name}:`)));
const real = await look(ROOT, ['shared', 'sync-server', 'desktop', 'e2e', 'sim', 'torture', 'bench']);

for (const line of real.broken) console.error(line);
if (missed.length > 0) console.error(`The checker is blind: planted violations not seen: ${missed.join(', ')}`);
if (real.files === 0) console.error('The checker read no file.');
const failed = real.broken.length + missed.length + (real.files === 0 ? 1 : 0);
console.log(`Import directions: ${real.files} files read, ${real.broken.length} broken, planted violations seen.`);
process.exitCode = failed === 0 ? 0 : 1;
