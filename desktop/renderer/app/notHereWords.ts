// What a screen says when its content was never on this computer and the server cannot be asked. Owns the words; pure.

export interface NotHereWords {
  /** What is not here. */
  readonly title: string;
  /** Why, what is kept, and what happens next. */
  readonly text: string;
}

/** [SYNC-57] By screen. Work that waits is named where somebody could fear for it. */
export const NOT_HERE = {
  review: {
    title: 'This review is not on this computer',
    text: 'The server compares a version with its base, and it cannot be reached. What you changed is in the workbook and is kept; it is sent, and compared, once the server is back.',
  },
  preview: {
    title: 'No statement of this version is on this computer',
    text: 'It needs what was delivered and billed, which lies on the server and was not read here yet. The server cannot be reached. What you changed is kept and is sent when it is back.',
  },
  history: {
    title: 'These entries are not on this computer',
    text: 'The history lies on the server, which cannot be reached. What was verified here stays verified, and what you changed is kept and is sent when it is back.',
  },
  exports: {
    title: 'The exports are not on this computer',
    text: 'They lie on the server, which cannot be reached. A bundle that was saved as a file is still checked without it.',
  },
  parked: {
    title: 'What is parked is not on this computer',
    text: 'It lies on the server, which cannot be reached. It stays there, and nothing of it is applied.',
  },
  people: {
    title: 'People and keys are not on this computer',
    text: 'The list lies on the server, which cannot be reached. Roles and keys stay as they are.',
  },
} as const satisfies Readonly<Record<string, NotHereWords>>;
