// Serves the built app to browsers. Owns the content security policy of DESIGN §11.20; must not serve anything outside the folder.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { Services } from '../services.ts';
import type { App } from './app.ts';

const NONCE_PLACEHOLDER = '__CSP_NONCE__';
/** A script that runs by itself, as the one that keeps the app offline does, is held by its own answer's policy and not by the page's. */
const FILE_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/** The app asks for none of these; it writes to the clipboard (SECURITY §4). */
const PERMISSIONS = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb', 'serial', 'hid']
  .map((name) => `${name}=()`)
  .join(', ');
const HOST = /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i;

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

/** Where the page's socket is; nowhere when the request named a host that is none, which could say anything in the policy. */
function socketOrigins(host: string): string {
  return HOST.test(host) ? `ws://${host} wss://${host}` : '';
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
      .header('content-security-policy', contentSecurityPolicy(nonce, socketOrigins(host)))
      .header('cache-control', 'no-store')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('permissions-policy', PERMISSIONS)
      .send(html.replaceAll(NONCE_PLACEHOLDER, nonce));
  };
  // `serve: false`: files are looked up when they are asked for, so a rebuilt app needs no restart and no route is declared twice.
  await app.register(fastifyStatic, {
    root: appDir,
    serve: false,
    setHeaders: (reply) => {
      reply.header('content-security-policy', FILE_POLICY);
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
