// Installs the offline shell in a browser. Electron serves the app from its own package and needs none.
import type { CountersignHost } from '../../host/contract.ts';

/** Resolves when the app's files are being kept; a browser that cannot is told once in the console and works online only. */
export async function keepShell(host: Pick<CountersignHost, 'platform'>): Promise<void> {
  if (host.platform !== 'browser' || !('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    await navigator.serviceWorker.register('./offlineShell.js');
  } catch (error) {
    console.warn('The app could not be kept for offline starts; your work still is.', error);
  }
}
