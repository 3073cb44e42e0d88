import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileFor, serveApp } from './appProtocol.ts';

const SERVER = 'http://127.0.0.1:4310';
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'countersign-app-'));
  await mkdir(join(root, 'assets'));
  await writeFile(join(root, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
  await writeFile(join(root, 'assets/app.js'), 'export {};');
  await writeFile(join(root, '..', 'outside.js'), 'secret');
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('app:// serves the renderer and nothing else', () => {
  it.each([
    'app://countersign/../outside.js',
    'app://countersign/%2e%2e/outside.js',
    'app://countersign/assets/%2e%2e%2f%2e%2e%2foutside.js',
    'app://countersign/..%5coutside.js',
    'app://countersign/%252e%252e/outside.js',
    'app://countersign/assets/app.js%00.html',
    'app://other/index.html',
    'file:///etc/passwd',
    'app://countersign/assets',
    'app://countersign/secrets.env',
  ])('[ELE-1] never leaves the renderer’s folder for %s', async (url) => {
    const file = fileFor(url, root);
    if (file !== null) expect(file.startsWith(root)).toBe(true);
    const answer = await serveApp(new Request(url.startsWith('file') ? 'app://x/' : url), root, SERVER);
    expect([403, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain('secret');
  });

  it('[ELE-2] gives every page load its own nonce and the policy of DESIGN §11.20', async () => {
    const first = await serveApp(new Request('app://countersign/'), root, SERVER);
    const second = await serveApp(new Request('app://countersign/index.html'), root, SERVER);
    const policy = first.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(await first.text()).toContain(`content="${nonce}"`);
    expect(second.headers.get('content-security-policy')).not.toContain(nonce);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-");
    expect(policy).toContain(
      "style-src-attr 'none'; font-src 'self'; img-src 'self' data:; connect-src 'self' http://127.0.0.1:4310 ws://127.0.0.1:4310",
    );
    expect(policy).not.toMatch(/unsafe/);
  });

  it('[ELE-1] serves a script with its own type and refuses to write', async () => {
    const script = await serveApp(new Request('app://countersign/assets/app.js'), root, SERVER);
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await serveApp(new Request('app://countersign/', { method: 'POST' }), root, SERVER)).status).toBe(400);
  });
});
