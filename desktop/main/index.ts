// Starts the desktop app: one window on app://countersign, the device key, the message channels. Wiring only; decisions are beside it.
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  protocol,
  safeStorage,
  session,
  shell,
  type WebContents,
} from 'electron';
import { APP_ORIGIN, APP_SCHEME, serveApp } from './appProtocol.ts';
import { CHANNEL, SERVER_ARGUMENT } from './channels.ts';
import { DeviceSigner, type Vault } from './deviceSigner.ts';
import { heldClose } from './heldClose.ts';
import { menuTemplate } from './menu.ts';
import { answer, type Machine } from './messages.ts';
import { serverAddress } from './serverAddress.ts';
import { SignInListener } from './signInListener.ts';
import { isOwnPage, mayOpenOutside, mayUse } from './trust.ts';
import { windowOptions } from './window.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const RENDERER = join(here, '../renderer');
const PRELOAD = join(here, '../preload/index.cjs');

const vault: Vault = {
  seal: (text) => safeStorage.encryptStringAsync(text),
  open: async (sealed) => (await safeStorage.decryptStringAsync(sealed)).result,
};

const machineOf = (signer: DeviceSigner): Machine => ({
  signer,
  async chooseSave(name) {
    const { canceled, filePath } = await dialog.showSaveDialog({ defaultPath: name });
    return canceled || !filePath ? null : filePath;
  },
  write: (path, bytes) => writeFile(path, bytes, { flush: true }),
  async chooseOpen(extensions) {
    const filters = [{ name: 'Files', extensions: extensions.map((extension) => extension.slice(1)) }];
    const { canceled, filePaths } = await dialog.showOpenDialog({ properties: ['openFile'], filters });
    return canceled ? null : (filePaths[0] ?? null);
  },
  read: async (path) => ({ name: basename(path), bytes: new Uint8Array(await readFile(path)) }),
  openOutside: (url) => shell.openExternal(url),
  signIn: new SignInListener(),
});

/** No page may leave the app, open windows or embed others (SECURITY §4, items 11–14). */
function confine(contents: WebContents): void {
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event, url) => {
    if (!isOwnPage(url)) event.preventDefault();
  });
  contents.on(
    'will-prevent-unload',
    heldClose((question) => dialog.showMessageBoxSync(question)),
  );
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

function openWindow(serverUrl: string): BrowserWindow {
  const options = windowOptions(PRELOAD, nativeTheme.shouldUseDarkColors);
  const window = new BrowserWindow({
    ...options,
    webPreferences: { ...options.webPreferences, additionalArguments: [SERVER_ARGUMENT + serverUrl] },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}

async function start(): Promise<void> {
  const serverUrl = serverAddress(process.argv, process.env);
  await app.whenReady();
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform)));
  session.defaultSession.setPermissionRequestHandler((_contents, permission, done) => done(mayUse(permission)));
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => mayUse(permission));
  protocol.handle(APP_SCHEME, (request) => serveApp(request, RENDERER, serverUrl));
  const signer = new DeviceSigner(app.getPath('userData'), vault, async (question) => {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: question.message,
      detail: question.detail,
      buttons: [question.action, 'Cancel'],
      defaultId: 1,
      cancelId: 1,
    });
    return response === 0;
  });
  const machine = machineOf(signer);
  for (const channel of Object.values(CHANNEL))
    ipcMain.handle(channel, (event, request) => answer(machine, event.senderFrame, channel, request));
  openWindow(serverUrl);
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(serverUrl);
  });
}

app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);
app.on('web-contents-created', (_event, contents) => confine(contents));
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});

if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    dialog.showErrorBox('Countersign could not start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
} else app.quit();
