/// <reference lib="webworker" />
// Keeps the app itself on this computer, so that a reload works with the server dead. Owns the app's files only: answers of the
// API are never cached here, and contract data lives in Dexie.
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Files of this build; the build writes them in (desktop/offlineShellPlugin.ts). */
declare const __SHELL_FILES__: readonly string[];
/** Changes with every build, so that the browser installs the new worker. */
declare const __SHELL_BUILD__: string;

const PREFIX = 'countersign-shell-';
const CACHE = PREFIX + __SHELL_BUILD__;
const PAGE = './';

worker.addEventListener('install', (event) => {
  event.waitUntil(keepBuild().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldBuilds().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (event.request.mode === 'navigate') event.respondWith(pageFor(event.request));
  else if (url.pathname.includes('/assets/')) event.respondWith(assetFor(event.request));
});

/** All files of a build or none: a shell with a hole would fail in the middle of somebody's work. */
async function keepBuild(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...__SHELL_FILES__].map((file) => new Request(file, { cache: 'no-cache' })));
}

/** The build before this one stays: a page of it may be open and ask for a part it has not loaded yet. */
async function dropOldBuilds(): Promise<void> {
  const builds = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(builds.slice(0, -1).map((name) => caches.delete(name)));
}

/** The server's page while it answers, so that a new build is used at once; else the kept one. */
async function pageFor(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

/** Names carry a hash of the content, so a kept file is the right one, whatever headers the server varies its answers by. */
async function assetFor(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
