// Serves the built renderer under app://countersign/ and nothing else (SECURITY §4.18). Owns path checks, types and headers.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { contentSecurityPolicy, NONCE_PLACEHOLDER } from './contentPolicy.ts';

export const APP_SCHEME = 'app';
const APP_HOST = 'countersign';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

const refused = (status: 400 | 403 | 404, text: string) =>
  new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  });

/**
 * Path of the file a request names, or null for anything outside the renderer's folder: other hosts, parent folders in any
 * encoding, null bytes, unknown kinds of file.
 */
export function fileFor(requestUrl: string, root: string): string | null {
  let url: URL;
  let path: string;
  try {
    url = new URL(requestUrl);
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (url.protocol !== `${APP_SCHEME}:` || url.host !== APP_HOST) return null;
  if (path.includes('\0') || path.includes('\\') || /(^|\/)\.\.?(\/|$)/.test(path) || path.includes('%')) return null;
  const file = normalize(join(root, path === '/' ? 'index.html' : path));
  if (!file.startsWith(normalize(root) + sep)) return null;
  return extname(file) in CONTENT_TYPES ? file : null;
}

/** Answers one app:// request from the renderer's folder; pages get a fresh nonce and the policy. */
export async function serveApp(request: Request, root: string, serverUrl: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refused(400, 'Only reading is possible here.');
  const file = fileFor(request.url, root);
  if (!file) return refused(403, 'Nothing is served outside the app.');
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return refused(404, 'No such file in the app.');
    throw error;
  }
  const headers = new Headers({
    'content-type': CONTENT_TYPES[extname(file)] ?? '',
    'x-content-type-options': 'nosniff',
  });
  if (extname(file) !== '.html') return new Response(new Uint8Array(bytes), { headers });
  const nonce = randomBytes(16).toString('base64');
  headers.set('content-security-policy', contentSecurityPolicy(nonce, serverUrl));
  headers.set('cache-control', 'no-store');
  return new Response(bytes.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce), { headers });
}
