// Installs the offline shell in a browser. Electron serves the app from its own package and needs none.
import type { CountersignHost } from '../../host/contract.ts';

const TRY_AGAIN_MS = 60_000;

/** Resolves when the app's files are being kept; a browser that cannot is told once in the console and works online only. */
export async function keepShell(host: Pick<CountersignHost, 'platform'>): Promise<void> {
  if (host.platform !== 'browser' || !('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    const registration = await navigator.serviceWorker.register('./offlineShell.js');
    const { installing } = registration;
    installing?.addEventListener('statechange', () => {
      // The network went in the middle of it: all files are kept or none, so it is begun again.
      if (installing.state === 'redundant' && registration.active === null)
        setTimeout(() => void keepShell(host), TRY_AGAIN_MS);
    });
  } catch (error) {
    console.warn('The app could not be kept for offline starts; your work still is.', error);
  }
}
