/** The sixteen agreements of docs/agreements and the guide docs/guide/contract-format.md, through the real preview. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  contractProblems,
  type PreviewResult,
  preview,
  previewJson,
  resultProblems,
} from '@countersign/shared/billing';
import { ActionFact, type ContractVersion, DeliveryFact, TouchFact } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../testKit/commandLine.ts';
import { type GuideContract, guideProblem, readGuide } from './guide.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const AGREEMENTS = join(DOCS, 'agreements');
const KINDS = ['delivery', 'touches', 'actions'] as const;
/** What a reader is owed a clause for: every list whose entries carry money or decide it. */
const PRICED = [
  'lines',
  'rateCardRows',
  'defaultRates',
  'commitments',
  'adjustments',
  'discrepancyRules',
  'makegoods',
  'payoutRules',
  'eligibility',
  'locks',
  'overrides',
  'triggers',
] as const;

/** Stands for any rate: one dollar a period, whatever the line counts. */
const EXAMPLE_FEE = { type: 'FLAT', amount: '1.00', proration: 'NONE' } as const;

interface Expected {
  readonly example: string;
  readonly period: string;
  readonly totals: PreviewResult['totals'];
  readonly lines: Record<string, string>;
  readonly actions?: Record<string, readonly [payout: string, status: string]>;
  readonly notBilled: readonly string[];
}

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const json = (...path: string[]): unknown => JSON.parse(read(...path));
const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

const slugs = folders(AGREEMENTS);
const contractOf = (slug: string): ContractVersion => json(AGREEMENTS, slug, 'contract.json') as ContractVersion;
const periods = slugs.flatMap((slug) => folders(join(AGREEMENTS, slug)).map((period) => ({ slug, period })));

/** The rows of a worked period's file: a list, or an object that holds it beside its remark. */
function listOf(kind: (typeof KINDS)[number], text: string): unknown {
  const parsed = JSON.parse(text) as unknown[] | Record<string, unknown>;
  return Array.isArray(parsed) ? parsed : parsed[kind];
}

function bill(slug: string, period: string, version = contractOf(slug)): PreviewResult {
  const text = (kind: (typeof KINDS)[number]): string => {
    const file = join(AGREEMENTS, slug, period, `${kind}.json`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '[]';
  };
  return preview({
    versions: [version],
    facts: {
      delivery: DeliveryFact.array().parse(listOf('delivery', text('delivery'))),
      touches: TouchFact.array().parse(listOf('touches', text('touches'))),
      actions: ActionFact.array().parse(listOf('actions', text('actions'))),
    },
    period,
  });
}

describe('signed agreements as contract versions', () => {
  it('[AGR-1] each of the sixteen agreements is a contract version that can be billed as written', () => {
    expect(slugs).toHaveLength(16);
    for (const slug of slugs) expect(contractProblems(contractOf(slug)), slug).toEqual([]);
    expect(new Set(slugs.map((slug) => contractOf(slug).number)).size).toBe(16);
  });

  it.each(slugs)('[AGR-2] %s: every priced thing names a clause of the version', (slug) => {
    const version = contractOf(slug);
    const clauses = new Set(version.clauses?.map((clause) => clause.id));
    for (const list of PRICED)
      for (const entry of version[list] ?? [])
        expect(clauses, `${list} ${'id' in entry ? entry.id : ''}`).toContain(entry.clauseId);
    if (version.attribution !== undefined) expect(clauses).toContain(version.attribution.clauseId);
  });

  it.each(slugs)('[AGR-3] %s: every term names a clause, and what is not billed says why', (slug) => {
    const version = contractOf(slug);
    const clauses = new Set(version.clauses?.map((clause) => clause.id));
    for (const term of version.terms ?? []) {
      expect(clauses, term.key).toContain(term.clauseId);
      if (term.informational !== true) expect(term.reason ?? '', term.key).toMatch(/\.$/);
    }
  });

  it.each(periods)(
    '[AGR-4] $slug $period: the preview gives the totals computed by hand, to the cent',
    ({ slug, period }) => {
      const expected = json(AGREEMENTS, slug, period, 'expected.json') as Expected;
      const result = bill(slug, period);
      expect(expected.period).toBe(period);
      expect(result.totals).toEqual(expected.totals);
      expect(Object.fromEntries(result.lines.map((line) => [line.key, line.gross]))).toEqual(expected.lines);
      if (expected.actions !== undefined)
        expect(Object.fromEntries((result.actions ?? []).map((a) => [a.actionId, [a.payout, a.status]]))).toEqual(
          expected.actions,
        );
      expect(result.rejectedFacts).toEqual([]);
      expect(resultProblems(result)).toEqual([]);
    },
  );

  it.each(periods)(
    '[AGR-5] $slug $period: all that is left out is listed with its clause and why',
    ({ slug, period }) => {
      const version = contractOf(slug);
      const clauses = new Set(version.clauses?.map((clause) => clause.id));
      const { notBilled } = bill(slug, period);
      expect(notBilled.map((entry) => entry.key).sort()).toEqual(
        (json(AGREEMENTS, slug, period, 'expected.json') as Expected).notBilled,
      );
      for (const entry of notBilled) {
        expect(clauses, entry.key).toContain(entry.clauseId);
        expect(entry.why.length, entry.key).toBeGreaterThan(20);
      }
    },
  );

  it('[AGR-6] every agreement has a worked period; made-up facts say that they are examples', () => {
    expect(new Set(periods.map((p) => p.slug)).size).toBe(slugs.length);
    for (const { slug, period } of periods)
      for (const kind of KINDS) {
        const file = join(AGREEMENTS, slug, period, `${kind}.json`);
        if (existsSync(file)) expect((json(file) as { example: string }).example, file).toMatch(/^EXAMPLE/);
      }
  });

  it('[AGR-7] a line that starts with an event is not billed before the event is recorded, and says so', () => {
    const version = contractOf('diet-center');
    const waiting = {
      ...version,
      triggers: version.triggers?.map(({ occurredOn: _recorded, ...trigger }) => trigger),
    };
    const { notBilled, totals } = bill('diet-center', '2000-07', waiting);
    expect(totals.total).toBe('0.00');
    expect(notBilled).toContainEqual(
      expect.objectContaining({ key: 'media-year-1', clauseId: 'cl-fee', why: expect.stringContaining('the launch') }),
    );
  });

  it.each(periods)(
    '[AGR-10] $slug $period: a rate written where the filing has none is all that a line needs',
    ({ slug, period }) => {
      const version = contractOf(slug);
      const waiting = new Set(
        version.triggers?.filter((t) => t.on === 'ON_EVENT' && t.occurredOn === undefined).map((t) => t.lineId),
      );
      const listed = new Set(bill(slug, period, version).notBilled.map((entry) => entry.key));
      const redacted = (version.lines ?? []).filter((line) => listed.has(line.id) && !waiting.has(line.id));
      const known: ContractVersion = {
        ...version,
        lines: version.lines?.map((line) => (redacted.includes(line) ? { ...line, price: EXAMPLE_FEE } : line)),
      };
      const after = bill(slug, period, known);
      for (const line of redacted) {
        expect(after.lines.find((row) => row.lineId === line.id)?.gross, line.id).toBe('1.00');
        expect(after.notBilled.map((entry) => entry.key)).not.toContain(line.id);
      }
    },
  );

  it('[AGR-8] the overview has one row an agreement and credits the collection', () => {
    const overview = read(AGREEMENTS, 'README.md');
    for (const slug of slugs) expect(overview.split(`](${slug}/README.md)`)).toHaveLength(2);
    expect(overview).toContain('CC BY 4.0');
    expect(overview).toContain('CUAD');
  });
});

describe('the guide to the contract format', () => {
  const guide = readGuide(read(DOCS, 'guide/contract-format.md'));

  it('[AGR-9] every JSON example is valid', () => {
    expect(guide.blocks.length).toBeGreaterThan(40);
    for (const block of guide.blocks) expect(guideProblem(block), `line ${block.line}`).toBeNull();
  });

  it.each(guide.contracts.map((c): [string, GuideContract] => [`${c.version.number} at line ${c.line}`, c]))(
    '[AGR-9] the bills stated for %s are those of the preview',
    (_name, { version, facts, bills }) => {
      expect(bills.length).toBeGreaterThan(0);
      for (const { period, total } of bills)
        expect([period, preview({ versions: [version], facts, period }).totals.total]).toEqual([period, total]);
    },
  );

  it('[AGR-9] every field of the format is described', () => {
    expect(guide.missingFields).toEqual([]);
  });
});

describe('the command of the guide', () => {
  it.each(periods)('[AGR-4] countersign preview --json prints the same bill of $slug $period', async (worked) => {
    const { slug, period } = worked;
    const facts = KINDS.flatMap((kind) => {
      const file = join(AGREEMENTS, slug, period, `${kind}.json`);
      return existsSync(file) ? [`--${kind}`, file] : [];
    });
    const contract = join(AGREEMENTS, slug, 'contract.json');
    const run = await runCommand('preview', '--contract', contract, ...facts, '--period', period, '--json');
    expect(run).toEqual({ code: 0, out: `${previewJson(bill(slug, period))}\n`, err: '' });
  });
});
