// A person as a round mark with two letters. Owns the look only; who is present comes from the session.
import { personColour, twoLetters } from './people.ts';

/** The id the log gives to entries the server wrote itself. */
const SERVER_USER = 'u-server';

export interface AvatarProps {
  readonly userId: string;
  readonly name: string;
  /** The signed-in person is grey and says "You". */
  readonly self?: boolean;
  /** The server or another machine. */
  readonly system?: boolean;
  readonly small?: boolean;
}

/** One colour a person, everywhere. The full name is its accessible name. */
export function Avatar({ userId, name, self = false, system = false, small = false }: AvatarProps) {
  const tone = self ? 'self' : system || userId === SERVER_USER ? 'system' : `person-${personColour(userId)}`;
  const label = self ? `${name}, you` : name;
  return (
    <span className={`avatar ${tone}${small ? ' small-avatar' : ''}`} role="img" aria-label={label} title={label}>
      {self ? 'You' : twoLetters(name)}
    </span>
  );
}

/** Who is here, overlapping a little, the signed-in person last. */
export function AvatarRow({ people, limit = 5 }: { readonly people: readonly AvatarProps[]; readonly limit?: number }) {
  const shown = people.slice(0, limit);
  const rest = people.length - shown.length;
  return (
    <span className="avatars">
      {shown.map((person) => (
        <Avatar key={`${person.userId}:${person.self === true ? 'self' : ''}`} {...person} />
      ))}
      {rest > 0 && (
        <span className="avatar system" role="img" aria-label={`${rest} more people`}>
          +{rest}
        </span>
      )}
    </span>
  );
}
