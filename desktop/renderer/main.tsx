// Starts the renderer: host, engine, store, app. The same in Electron and in a browser; the host tells them apart.
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@blueprintjs/core/lib/css/blueprint.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/shell.css';
import './theme/print.css';
import { BlueprintProvider } from '@blueprintjs/core';
import { createRoot } from 'react-dom/client';
import { Provider } from 'react-redux';
import { browserHost } from '../host/index.ts';
import { App } from './app/App.tsx';
import { appEngine } from './app/appEngine.ts';
import { EngineProvider } from './app/engineContext.tsx';
import { StartFailure } from './app/StartFailure.tsx';
import { readThemeChoice, rememberThemeChoice } from './app/themeChoice.ts';
import { keepShell } from './offline/keepShell.ts';
import { createAppStore } from './store/index.ts';
import { createEngine } from './sync/index.ts';
import { applyTheme } from './theme/theme.ts';

async function start(root: HTMLElement): Promise<void> {
  const store = createAppStore({ theme: readThemeChoice() });
  applyTheme(store.getState().frame.theme);
  rememberThemeChoice(store);
  const page = createRoot(root);
  const host = window.countersignHost ?? browserHost();
  try {
    void keepShell(host);
    const engine = appEngine(await createEngine({ host }), host);
    page.render(
      <Provider store={store}>
        <BlueprintProvider>
          <EngineProvider engine={engine}>
            <App host={host} />
          </EngineProvider>
        </BlueprintProvider>
      </Provider>,
    );
  } catch (error) {
    page.render(<StartFailure error={error} host={host} />);
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with id "root". Serve the built index.html unchanged.');
void start(root);
