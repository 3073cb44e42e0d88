// Serves the built app to browsers. Owns the content security policy of DESIGN §11.20; must not serve anything outside the folder.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { Services } from '../services.ts';
import type { App } from './app.ts';

const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/** The policy of one page. `nonce` lets AG Grid and AG Charts add their style elements. */
export function contentSecurityPolicy(nonce: string, socketOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "font-src 'self'",
    "img-src 'self' data:",
    "worker-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self' ${socketOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Serves `appDir` at `/`; paths without a file answer with the page, whose own routes take over. */
export async function registerApp(app: App, services: Services): Promise<void> {
  const { appDir } = services.config;
  const page = appDir === null ? null : join(appDir, 'index.html');
  if (appDir === null || page === null || !existsSync(page)) return;
  const html = readFileSync(page, 'utf8');
  const sendPage = async (reply: FastifyReply, host: string): Promise<FastifyReply> => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentSecurityPolicy(nonce, `ws://${host} wss://${host}`))
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin')
      .send(html.replaceAll(NONCE_PLACEHOLDER, nonce));
  };
  // `serve: false`: files are looked up when they are asked for, so a rebuilt app needs no restart and no route is declared twice.
  await app.register(fastifyStatic, {
    root: appDir,
    serve: false,
    setHeaders: (reply) => {
      reply.header('x-content-type-options', 'nosniff');
    },
  });
  app.get('/*', { schema: { hide: true } as object }, async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (path.startsWith('/api/')) return reply.callNotFound();
    const file = /^\/((?:[\w@~-][\w.@~-]*\/)*[\w@~-][\w.@~-]*\.(?!html$)[a-z0-9]{1,8})$/i.exec(path)?.[1];
    if (file !== undefined) return reply.sendFile(file);
    // The app's own paths hold neither dots nor escapes; anything else is not a page of it.
    if (!/^[\w/~@-]*$/.test(path)) return reply.callNotFound();
    return sendPage(reply, request.headers.host ?? '');
  });
}
