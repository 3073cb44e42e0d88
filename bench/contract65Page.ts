/** What the page runs for `contract65Browser.ts`: the app's own functions. Owns timing in the page; bundled into one script. */
import type { Facts, VersionContent, VersionDetail } from '@countersign/shared/protocol/api';
import { compileVersions, localStatement } from '../desktop/renderer/features/preview/localStatement.ts';

interface Given {
  readonly detail: VersionDetail;
  readonly content: VersionContent;
  readonly facts: Facts;
  readonly period: string;
  readonly runs: number;
}

/** Milliseconds of each run: sheets compiled and billed with every trace and the canonical bytes, as the preview screen does. */
function run(text: string): { readonly net: string; readonly times: number[] } {
  const { detail, content, facts, period, runs } = JSON.parse(text) as Given;
  const once = () =>
    localStatement({ versions: compileVersions([{ detail, content }]).versions, facts, period, asOf: null });
  for (let i = 0; i < 30; i += 1) once();
  const times: number[] = [];
  let net = '';
  for (let i = 0; i < runs; i += 1) {
    const begun = performance.now();
    net = once().result.totals.net;
    times.push(performance.now() - begun);
  }
  return { net, times };
}

/** The function by which the page is asked. */
export type PreviewInPage = typeof run;

Object.assign(globalThis, { previewInPage: run });
