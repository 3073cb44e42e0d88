/** Passwords and tokens of a command. Owns where they may come from: a file, the environment, the terminal; never an argument. */
import { readFileSync } from 'node:fs';

/** The terminal that a password is typed at. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    setRawMode?(raw: boolean): unknown;
  };
  /** Where the question goes: never the output of the command. */
  readonly ask: (text: string) => void;
}

/** The password was not given: the person ended the question. */
export class NotTyped extends Error {
  override readonly name = 'NotTyped';
}

const ENTER = new Set(['\r', '\n']);
/** Ctrl-C and Ctrl-D, which a raw terminal hands over as keys. */
const ENDING = new Set(['\u0003', '\u0004']);
const ERASE = new Set(['\u007f', '\b']);
const ERASE_LINE = '\u0015';

/** What a file holds, without the line break that editors add. @throws the file system's error */
export function secretOfFile(path: string): string {
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}

/** [CMD-2] Asks at the terminal without showing what is typed. @throws NotTyped when the person ends the question */
export async function typedSecret({ input, ask }: Terminal, question: string): Promise<string> {
  ask(question);
  input.setRawMode?.(true);
  input.setEncoding('utf8');
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = [];
      const done = (settle: () => void): void => {
        input.removeListener('data', take);
        input.removeListener('end', gone);
        settle();
      };
      const gone = (): void => done(() => reject(new NotTyped('No password was typed. Nothing was done.')));
      /** Whether the question is over. */
      const pressed = (key: string): boolean => {
        const over = ENTER.has(key) || ENDING.has(key);
        if (ENTER.has(key)) done(() => resolve(typed.join('')));
        else if (over) gone();
        else if (key === ERASE_LINE) typed = [];
        else if (ERASE.has(key)) typed.pop();
        else typed.push(key);
        return over;
      };
      const take = (text: string | Buffer): void => {
        for (const key of String(text)) if (pressed(key)) break;
      };
      input.on('data', take);
      input.on('end', gone);
      input.resume();
    });
  } finally {
    input.setRawMode?.(false);
    input.pause();
    ask('\n');
  }
}
