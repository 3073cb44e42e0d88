// The word that goes round before the window closes: whoever holds something that is being typed takes it over now.

/** Event of the window. Told before it is asked whether everything is on the disk: at the window no listener comes surely first. */
export const KEEP_TYPING = 'keep-typing';
