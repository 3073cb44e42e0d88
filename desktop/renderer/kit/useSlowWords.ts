// Words for waiting: nothing for 400 ms, then a line with the age (LOOK.md "Motion"). Never a spinner.
import { useEffect, useState } from 'react';

const QUIET_MS = 400;
const TICK_MS = 1000;

/** null while `waiting` is young or over; then "Adding up the statement, 3 s". */
export function useSlowWords(waiting: boolean, what: string): string | null {
  const [age, setAge] = useState<number | null>(null);
  useEffect(() => {
    if (!waiting) {
      setAge(null);
      return;
    }
    const begun = Date.now();
    let ticking: ReturnType<typeof setInterval> | undefined;
    const quiet = setTimeout(() => {
      setAge(0);
      ticking = setInterval(() => setAge(Math.round((Date.now() - begun) / TICK_MS)), TICK_MS);
    }, QUIET_MS);
    return () => {
      clearTimeout(quiet);
      clearInterval(ticking);
    };
  }, [waiting]);
  if (!waiting || age === null) return null;
  return age === 0 ? what : `${what}, ${age} s`;
}
