/** A screen whose files could not be fetched. A browser keeps such a failure for as long as the page lives: only a new page asks again. */
export class ScreenNotLoaded extends Error {
  constructor(cause: unknown) {
    super('The server did not give the files of this screen. Open it again once the server is reached.', { cause });
    this.name = 'ScreenNotLoaded';
  }
}
