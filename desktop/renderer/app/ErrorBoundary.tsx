// When a screen fails to draw: says so, keeps the work (it is on disk already) and offers it as a file. Never a white window.
import { Component, type ReactNode } from 'react';
import { Action, errorWords } from '../kit/index.ts';
import { ScreenNotLoaded } from './screenNotLoaded.ts';

interface Props {
  readonly children: ReactNode;
  /** Saves what was never stored on the server as a file. */
  readonly onExport?: () => Promise<void>;
  /** A change of this key tries again: another place, another document. */
  readonly place?: string;
}
interface State {
  readonly error: unknown;
  readonly place: string | undefined;
  readonly note: string;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place, note: '' };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.place === state.place ? null : { place: props.place, error: null, note: '' };
  }

  readonly #openAgain = (): void => {
    if (this.state.error instanceof ScreenNotLoaded) window.location.reload();
    else this.setState({ error: null, note: '' });
  };

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    const { onExport } = this.props;
    const saveWork = () => {
      if (onExport === undefined) return;
      onExport().then(
        () => this.setState({ note: 'Saved as a file.' }),
        (error: unknown) => this.setState({ note: errorWords(error) }),
      );
    };
    return (
      <main className="main" id="main">
        <div className="empty-state" role="alert">
          <h2>This screen could not be drawn</h2>
          <p className="muted">
            Your changes are on this computer and none was lost. Open the screen again, or save the changes that are not
            yet on the server as a file.
          </p>
          <div className="row gap-2">
            <Action text="Open again" tone="primary" onClick={this.#openAgain} />
            {onExport !== undefined && <Action text="Save unsent changes" onClick={saveWork} />}
            <Action text="Load the app again" onClick={() => window.location.reload()} />
          </div>
          {this.state.note !== '' && <p role="status">{this.state.note}</p>}
          <details>
            <summary className="muted small">What failed</summary>
            <pre className="mono error-detail">{errorWords(this.state.error)}</pre>
          </details>
        </div>
      </main>
    );
  }
}
