import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeProbes } from '../nodes/probes.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer } from '../testKit/testServer.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const dashboard = JSON.parse(read('ops/grafana/countersign.json')) as {
  panels: { title: string; targets: { expr: string }[] }[];
  templating: { list: { definition?: string }[] };
};
const alerts = read('ops/prometheus/alerts.yml');
const expressions = [...alerts.matchAll(/^\s+expr: (.+)$/gm)].map(([, expression = '']) => expression);
const queries = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.flatMap(({ definition }) => (definition === undefined ? [] : [definition])),
  ...expressions,
];
/** Labels that Prometheus adds itself. */
const ADDED = ['instance', 'job'];
/** Names by series, with the labels that each carries. */
const exported = new Map<string, Set<string>>();
const folder = mkdtempSync(join(tmpdir(), 'countersign-queries-'));

beforeAll(async () => {
  const server = await startTestServer({ dataDir: folder });
  try {
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await finance.openDraft(await createSample(server));
    expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'one'))).toBe('stored');
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', 'no rate'))).toMatchObject({ code: 'format' });
    draft.close();
    // The second answer counts the first.
    await (await fetch(`${server.url}/metrics`)).text();
    // A node of several counts its lease besides.
    const ofNode = new Registry();
    new NodeProbes().count(ofNode);
    const text = `${await (await fetch(`${server.url}/metrics`)).text()}\n${await ofNode.metrics()}`;
    for (const [, name = '', labels = ''] of text.matchAll(/^(countersign_\w+)(?:\{(.*)\})? /gm)) {
      const known = exported.get(name) ?? new Set();
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
      exported.set(name, known);
    }
  } finally {
    await server.stop();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const namesIn = (query: string): string[] => query.match(/countersign_\w+/g) ?? [];

/** Labels that a query selects or groups by. */
function labelsIn(query: string): string[] {
  const selected = [...query.matchAll(/\{([^}]*)\}/g)].flatMap(
    ([, inside = '']) => inside.match(/\w+(?=\s*[!=]~?)/g) ?? [],
  );
  const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inside = '']) =>
    inside.split(',').map((label) => label.trim()),
  );
  return [...selected, ...grouped].filter((label) => !ADDED.includes(label));
}

describe('queries of the dashboard and the alerts', () => {
  it('[OPS-14] are there', () => {
    expect(dashboard.panels.length).toBeGreaterThanOrEqual(12);
    expect(expressions.length).toBeGreaterThanOrEqual(10);
  });

  it.each(queries)('[OPS-14] %s names metrics and labels that the server exports', (query) => {
    if (query.startsWith('up{'))
      return expect(query).toBe('up{job="countersign"} == 0 or absent(up{job="countersign"})');
    const names = namesIn(query);
    expect(names).not.toEqual([]);
    for (const name of names) {
      expect([...exported.keys()]).toContain(name);
      for (const label of labelsIn(query)) expect([...(exported.get(name) ?? [])]).toContain(label);
    }
    const pairs: [string, string][] = [
      ['(', ')'],
      ['{', '}'],
      ['[', ']'],
    ];
    for (const [open, close] of pairs) expect(query.split(open).length).toBe(query.split(close).length);
  });

  it('[OPS-14] finds out a query for something that does not exist', () => {
    expect([...exported.keys()]).not.toContain('countersign_sokets');
    expect(labelsIn('sum by (le, rout) (rate(x{codes="a"}[5m]))')).toEqual(['codes', 'le', 'rout']);
  });

  it('[OPS-14] every alert has its cause and its cure in the guide, and the guide has no other', () => {
    const named = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const guide = read('docs/operations/alerts.md');
    const sections = guide.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(named);
    for (const section of sections) expect(section).toMatch(/\*\*Cause\.\*\* [\s\S]+\*\*Cure\.\*\* /);
  });
});
