// No JavaScript number in money (MONEY-1): what the kernel may not write, and the proof that the check sees it. Owns no arithmetic.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['shared/money', 'shared/billing', 'shared/attribution'];
const NOT_KERNEL = /\.test\.ts$|\/(fixture|testKit)\//;

/** Where text or a bigint becomes a number that is no money: the file, how often, and what it is. */
const ALLOWED: Readonly<Record<string, readonly [times: number, what: string]>> = {
  'shared/attribution/window.ts': [1, 'parts of an ISO 8601 duration'],
  'shared/billing/actionStanding.ts': [1, 'a count of actions'],
  'shared/billing/counterWindows.ts': [4, 'years and months of a period key'],
  'shared/billing/forecasts.ts': [1, 'days until a bound is reached'],
};

const CALLS = new Set(['Number', 'parseFloat', 'parseInt']);
const METHODS = new Set(['toNumber', 'toPrecision', 'toExponential', 'toFixed', 'parseFloat', 'parseInt']);

/** Why a node may not stand in the kernel; null when it may. */
function fault(node: ts.Node): string | null {
  if (ts.isCallExpression(node)) {
    const called = node.expression;
    if (ts.isIdentifier(called) && CALLS.has(called.text)) return `${called.text}() makes a JavaScript number`;
    if (ts.isPropertyAccessExpression(called) && METHODS.has(called.name.text)) {
      // Writing the one irrational factor as text, at forty digits, is decimal.js's own toFixed.
      const writesText = called.name.text === 'toFixed' && node.arguments.length === 0;
      return writesText ? null : `.${called.name.text}() goes through a JavaScript number`;
    }
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.PlusToken)
    return 'a unary plus makes a JavaScript number';
  if (ts.isNumericLiteral(node) && !/^(0x[\da-f_]+|[\d_]+)$/i.test(node.getText()) && !/^\d+e\d+$/.test(node.getText()))
    return `${node.getText()} is a number with decimals`;
  if (ts.isPropertySignature(node) && node.type?.kind === ts.SyntaxKind.NumberKeyword) {
    const name = node.name.getText();
    if (/amount|price|percent|money|gross|tax|payout/i.test(name)) return `${name} is money and typed number`;
  }
  return null;
}

interface Fault {
  readonly file: string;
  readonly text: string;
}

function faultsIn(path: string, name: string): Fault[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Fault[] = [];
  const visit = (node: ts.Node): void => {
    const why = fault(node);
    if (why !== null) {
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ file: name, text: `${name}:${line + 1}:${character + 1} ${why}.` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const kernel = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(ROOT, folder, name)),
).filter((path) => !NOT_KERNEL.test(path));

const faults = kernel.flatMap((path) => faultsIn(path, relative(ROOT, path)));
const broken = faults.filter(({ file }) => ALLOWED[file] === undefined).map(({ text }) => text);
for (const [file, [times, what]] of Object.entries(ALLOWED)) {
  const uses = faults.filter((one) => one.file === file);
  if (uses.length !== times)
    broken.push(
      `${file} makes a number ${uses.length} times, and ${times} are known (${what}): ${uses.map((u) => u.text).join(' ')}`,
    );
}

const planted = faultsIn(join(ROOT, 'checks/planted/shared/billing/numbers.ts'), 'planted').map(({ text }) => text);
const wanted = ['Number()', 'parseFloat()', '.toNumber()', 'unary plus', '0.1 is', 'price is money'];
const missed = wanted.filter((words) => !planted.some((text) => text.includes(words)));
for (const line of broken) console.error(line);
if (missed.length > 0) console.error(`The check is blind: planted violations not seen: ${missed.join(', ')}`);
console.log(`Exact money: ${kernel.length} files read, ${broken.length} broken, planted violations seen.`);
process.exitCode = broken.length + missed.length === 0 && kernel.length > 0 ? 0 : 1;
