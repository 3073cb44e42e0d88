// When nothing moves any more. Owns waiting for it without letting time pass.
import type { Computer } from './computer.ts';
import { turns } from './turns.ts';

const STILL_ROUNDS = 3;
const MOST_ROUNDS = 500;
/** More turns of the event loop than any chain of disk and network answers without a message in between needs. */
const TURNS_A_ROUND = 12;

/** Delivers everything until nothing moves any more; the clock stands. */
export async function settle(computers: readonly Computer[]): Promise<void> {
  for (let still = 0, rounds = 0; still < STILL_ROUNDS && rounds < MOST_ROUNDS; rounds += 1) {
    let moved = false;
    for (const { network } of computers) moved = network.deliverAll() || moved;
    await turns(TURNS_A_ROUND);
    // Time must not pass between the opening of a socket and its first message.
    const isWaiting = computers.some(({ network }) => network.isWaiting);
    still = moved || isWaiting ? 0 : still + 1;
  }
}
