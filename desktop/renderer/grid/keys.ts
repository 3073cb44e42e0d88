// Keys of the grid as every spreadsheet has them. Owns which key means which command; the controller does the work. Handled in
// `suppressKeyboardEvent`, which is synchronous: grid events would come too late to tell typing from F2 (SPIKE §4).
import type { Asked } from './gridListener.ts';
import type { Direction } from './ranges.ts';

/** What keys can ask for. */
export interface GridCommands {
  move(direction: Direction, options: { readonly extend: boolean; readonly far: boolean }): void;
  /** Tab and Enter: walk inside a range, else move; Enter after Tabs goes to the next row where the first Tab was pressed. */
  advance(direction: Direction): void;
  page(direction: 'up' | 'down', extend: boolean): void;
  home(extend: boolean): void;
  end(extend: boolean): void;
  firstCell(extend: boolean): void;
  lastCell(extend: boolean): void;
  selectAll(): void;
  selectRows(): void;
  selectColumns(): void;
  clear(): void;
  /** Writes today's date into the active cell. */
  today(): void;
  fillDown(): void;
  fillRight(): void;
  undo(): void;
  redo(): void;
  /** Opens find, replace or go to, above the grid. */
  ask(asked: Asked): void;
  insertRows(): void;
  removeRows(): void;
  openMark(): void;
  nextSheet(by: 1 | -1): void;
  /** Ends the editor, keeping the value. */
  commit(): void;
  /** Ends the editor, writing what was typed into every selected cell. */
  commitToAll(): void;
  /** Ends the editor, giving up what was typed. */
  cancel(): void;
  /** Whether the editor was opened by typing: then arrows keep the value and move. */
  isTyping(): boolean;
  /** An attempt to write where it is not allowed; true when it was denied and said why. */
  deniesWriting(): boolean;
  /** Remembers how the editor that may open now was asked for. */
  opensBy(how: 'typing' | 'editing'): void;
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** True when the key was a command and the grid must not handle it again. */
export function handleKey(event: KeyboardEvent, editing: boolean, commands: GridCommands): boolean {
  const handled = editing ? whileEditing(event, commands) : onCell(event, commands);
  if (handled) event.preventDefault();
  return handled;
}

function whileEditing(event: KeyboardEvent, commands: GridCommands): boolean {
  const direction = ARROWS[event.key];
  if (direction !== undefined && commands.isTyping() && !event.shiftKey) {
    commands.commit();
    commands.move(direction, { extend: false, far: false });
    return true;
  }
  if (event.key === 'Tab') {
    commands.commit();
    commands.advance(event.shiftKey ? 'left' : 'right');
    return true;
  }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    commands.commitToAll();
    return true;
  }
  if (event.key === 'Enter' && !event.altKey) {
    commands.commit();
    commands.advance(event.shiftKey ? 'up' : 'down');
    return true;
  }
  // The grid takes the editor away by itself.
  if (event.key === 'Escape') commands.cancel();
  return false;
}

function onCell(event: KeyboardEvent, commands: GridCommands): boolean {
  const command = event.ctrlKey || event.metaKey;
  const { key, shiftKey: shift } = event;
  const direction = ARROWS[key];
  if (direction !== undefined) {
    if (event.altKey) {
      if (direction === 'down') commands.openMark();
      return true;
    }
    commands.move(direction, { extend: shift, far: command });
    return true;
  }
  if (command && !event.altKey) return withCommand(key, shift, commands);
  switch (key) {
    case 'Enter':
      commands.advance(shift ? 'up' : 'down');
      return true;
    case 'Tab':
      commands.advance(shift ? 'left' : 'right');
      return true;
    case 'Delete':
    case 'Backspace':
      if (!commands.deniesWriting()) commands.clear();
      return true;
    case 'Home':
      commands.home(shift);
      return true;
    case 'End':
      commands.end(shift);
      return true;
    case 'PageUp':
      commands.page('up', shift);
      return true;
    case 'PageDown':
      commands.page('down', shift);
      return true;
    case 'F5':
      commands.ask('goTo');
      return true;
    case 'F2':
      if (commands.deniesWriting()) return true;
      commands.opensBy('editing');
      return false;
    case ' ':
      if (!shift) break;
      commands.selectRows();
      return true;
    default:
  }
  if (key.length === 1 && !event.altKey) {
    if (commands.deniesWriting()) return true;
    commands.opensBy('typing');
  }
  return false;
}

function withCommand(key: string, shift: boolean, commands: GridCommands): boolean {
  switch (key.toLowerCase()) {
    case 'z':
      if (shift) commands.redo();
      else commands.undo();
      return true;
    case 'y':
      commands.redo();
      return true;
    case 'a':
      commands.selectAll();
      return true;
    case 'enter':
      // It fills from an open editor only; the grid would open one.
      return true;
    case 'd':
      if (!commands.deniesWriting()) commands.fillDown();
      return true;
    case 'r':
      if (!commands.deniesWriting()) commands.fillRight();
      return true;
    case ';':
      if (!commands.deniesWriting()) commands.today();
      return true;
    case 'f':
      commands.ask('find');
      return true;
    case 'h':
      commands.ask('replace');
      return true;
    case 'g':
      commands.ask('goTo');
      return true;
    case ' ':
      commands.selectColumns();
      return true;
    case 'home':
      commands.firstCell(shift);
      return true;
    case 'end':
      commands.lastCell(shift);
      return true;
    case 'pagedown':
      commands.nextSheet(1);
      return true;
    case 'pageup':
      commands.nextSheet(-1);
      return true;
    case '+':
    case '=':
      commands.insertRows();
      return true;
    case '-':
      commands.removeRows();
      return true;
    default:
      // Ctrl+C, X and V reach the document as clipboard events; the grid itself must leave every Ctrl+key alone.
      return false;
  }
}
