// The kernel in the browser's own engine: every vector and every signed agreement gives there the bytes that Node gives.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { offsetsOf, type PreviewInput, preview as previewInNode, previewJson } from '@countersign/shared/billing';
import { expect, type Page, test } from '@playwright/test';
import { build } from 'vite';
import { type KernelInPage, kernel } from '../kit/kernelPage.ts';

const ROOT = join(import.meta.dirname, '../..');
const AGREEMENTS = join(ROOT, 'docs/agreements');
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');

declare const countersignKernel: KernelInPage;

let script = '';
test.beforeAll(async () => {
  const entry = join(ROOT, 'e2e/kit/kernelPage.ts');
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'kernelPage' } },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  const chunk = bundle !== undefined && 'output' in bundle ? bundle.output[0] : undefined;
  script = chunk?.code ?? '';
});

/** A page of a local address: browsers give their cryptography to no others. */
async function kernelPage(page: Page): Promise<void> {
  await page.route('http://localhost/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Kernel</title>' }),
  );
  await page.goto('http://localhost/');
  await page.addScriptTag({ content: script });
}

/** Every worked period of the agreements that docs/agreements encodes. */
function agreements(): { name: string; input: PreviewInput }[] {
  const folders = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true })
      .filter((e) => e.isDirectory())
      .map((e) => e.name);
  return folders(AGREEMENTS).flatMap((slug) =>
    folders(join(AGREEMENTS, slug)).map((period) => {
      const facts = <K extends 'delivery' | 'touches' | 'actions'>(kind: K): PreviewInput['facts'][K] => {
        const file = join(AGREEMENTS, slug, period, `${kind}.json`);
        if (!existsSync(file)) return [];
        const parsed = JSON.parse(read(file)) as PreviewInput['facts'][K] | Record<K, PreviewInput['facts'][K]>;
        return kind in parsed
          ? (parsed as Record<K, PreviewInput['facts'][K]>)[kind]
          : (parsed as PreviewInput['facts'][K]);
      };
      const given = { delivery: facts('delivery'), touches: facts('touches'), actions: facts('actions') };
      return {
        name: `${slug} ${period}`,
        input: { versions: [JSON.parse(read(AGREEMENTS, slug, 'contract.json'))], facts: given, period },
      };
    }),
  );
}

for (const file of ['rating.json', 'advertising.json', 'history.json', 'edges.json'])
  test(`[CONF-3] every vector of ${file} comes out in the browser as in Node, byte for byte`, async ({ page }) => {
    await kernelPage(page);
    const vectors = read(ROOT, 'shared/vectors', file);
    const inPage = await page.evaluate((text) => countersignKernel.vectors(text), vectors);
    expect(inPage).toBe(await kernel.vectors(vectors));
    const failed = (JSON.parse(inPage) as { id: string; pass: boolean }[]).filter(({ pass }) => !pass);
    expect(failed).toEqual([]);
  });

test('[BILL-1] every agreement bills in the browser to the bytes of Node', async ({ page }) => {
  await kernelPage(page);
  const all = agreements();
  expect(all.length).toBeGreaterThanOrEqual(16);
  for (const { name, input } of all) {
    const inPage = await page.evaluate((text) => countersignKernel.preview(text), JSON.stringify(input));
    expect(inPage, name).toBe(previewJson(previewInNode(input)));
  }
});

test('[BILL-1] with the server’s offset table a zone that browsers read otherwise gives equal bytes too', async ({
  page,
}) => {
  await kernelPage(page);
  const input: PreviewInput = {
    versions: [
      {
        id: 'v-1',
        contractId: 'c-1',
        number: 'N-1',
        currency: 'MAD',
        timeZone: 'Africa/Casablanca',
        effectiveFrom: '2026-01-01',
        lines: [{ id: 'l1', rateType: 'CPM', price: { type: 'UNIT', rate: '10' } }],
      },
    ],
    facts: { delivery: [{ lineId: 'l1', at: '2026-02-28T23:30:00Z', quantity: '1000' }], touches: [], actions: [] },
    period: '2026-03',
  };
  const withTables = { ...input, offsets: offsetsOf(input) };
  const inPage = await page.evaluate((text) => countersignKernel.preview(text), JSON.stringify(withTables));
  expect(inPage).toBe(previewJson(previewInNode(input)));
});
