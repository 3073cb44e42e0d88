/** (b) The same preview in real Chromium, by the functions that the preview screen calls. Owns the browser; the page times itself. */
import { join } from 'node:path';
import type { Facts, VersionContent, VersionDetail } from '@countersign/shared/protocol/api';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { chromiumPath } from '../e2e/kit/chromium.ts';
import { tvContract } from '../sync-server/demo/tvContract.ts';
import { contentOfSheets } from '../sync-server/testKit/demoContent.ts';
import type { PreviewInPage } from './contract65Page.ts';
import { ms, percentile, say, sayMachine } from './measure.ts';

const RUNS = 300;
/** One frame at 60 a second. */
const FRAME_MS = 1000 / 60;

declare const previewInPage: PreviewInPage;

async function script(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: join(import.meta.dirname, 'contract65Page.ts'), formats: ['iife'], name: 'contract65' },
    },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  const chunk = bundle !== undefined && 'output' in bundle ? bundle.output[0] : undefined;
  if (chunk?.code === undefined) throw new Error('the page was not bundled');
  return chunk.code;
}

const document = tvContract();
const content = contentOfSheets(document.contractId, document.kind, document.versions.at(-1)?.sheets ?? {});
// What the API answers of the draft, as far as a compiled version looks at it.
const { contractId, number, title } = document;
const summary = { versionId: 'v-3', contractId, number, title, kind: 'ORIGINAL', sequence: 1, state: 'DRAFT' };
const detail = { summary, executedBy: null } as unknown as VersionDetail;
const answered = { content, contentHash: '' } as unknown as VersionContent;
const facts: Facts = { delivery: [], touches: [], actions: [] };

sayMachine('One preview of the 65-line contract, in Chromium');
const executablePath = await chromiumPath();
const browser = await chromium.launch(executablePath ? { executablePath } : {});
try {
  const page = await browser.newPage();
  await page.goto('about:blank');
  await page.addScriptTag({ content: await script() });
  const given = JSON.stringify({ detail, content: answered, facts, period: '2016-11', runs: RUNS });
  const { net, times } = await page.evaluate((text) => previewInPage(text), given);
  if (net !== '93160.00') throw new Error(`the page came to ${net}, not to the printed 93,160.00`);
  times.sort((a, b) => a - b);
  const [median, p95, p99] = [50, 95, 99].map((percent) => percentile(times, percent));
  say(`Chromium ${browser.version()}; net ${net} USD`);
  say(
    `compile, bill and write bytes    median ${ms(median ?? 0)}, p95 ${ms(p95 ?? 0)}, p99 ${ms(p99 ?? 0)} (${RUNS} runs)`,
  );
  const within = times.filter((time) => time < FRAME_MS).length;
  say(`${within} of ${RUNS} runs were within one frame at 60 a second, ${ms(FRAME_MS)}.`);
} finally {
  await browser.close();
}
