// A page whose last change is not on the disk holds its window. Owns whether it may hold it: the first time it closes itself when the
// disk is done; asked again, which means a disk that takes nothing, the person decides.
import type { Event, MessageBoxSyncOptions } from 'electron';

const CLOSE_ANYWAY: MessageBoxSyncOptions = {
  type: 'warning',
  message: 'The last change is not on the disk',
  detail:
    'Closing the window loses it. Keep the window open to free some space, or to save the unsent changes as a file.',
  buttons: ['Keep the window open', 'Close and lose the change'],
  defaultId: 0,
  cancelId: 0,
};

/** The listener for `will-prevent-unload` of one page; `ask` gives the number of the pressed button. */
export function heldClose(
  ask: (question: MessageBoxSyncOptions) => number,
): (event: Pick<Event, 'preventDefault'>) => void {
  let held = false;
  return (event) => {
    // Preventing this event lets the page go although it asked to stay.
    if (held && ask(CLOSE_ANYWAY) === 1) event.preventDefault();
    held = true;
  };
}
