// People, their roles and their devices, as the log says them. Read-only: roles and keys change by signed entries, not on this screen.
import { BanCircle, Tick } from '@blueprintjs/icons';
import type { ROLES } from '@countersign/shared/protocol/api';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useSession } from '../../app/engineContext.tsx';
import { go } from '../../app/routes.ts';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { Avatar, countOf, countText, EmptyState, ErrorNotice, instantText } from '../../kit/index.ts';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { useKeyring } from '../history/useKeyring.ts';
import { deviceRows, type PersonRow } from './deviceRows.ts';
import '../screens.css';
import './people.css';

const ROLE_WORDS: Readonly<Record<(typeof ROLES)[number], string>> = {
  viewer: 'reads',
  reviewer: 'edits and comments on drafts, never submits',
  editor: 'edits and submits drafts',
  approver: 'approves what others wrote',
  exporter: 'exports executed versions',
  auditor: 'reads everything, changes nothing',
  admin: 'people and keys, no contract edits',
};

function Devices({ person }: { readonly person: PersonRow }) {
  if (person.devices.length === 0) return <span className="muted">No device enrolled yet</span>;
  return (
    <ul className="devices">
      {person.devices.map((device) => (
        <li key={device.deviceId} className={device.state === 'active' ? '' : 'muted'}>
          {device.state === 'active' ? (
            <span className="good">
              <Tick size={12} title="Active" />
            </span>
          ) : (
            <BanCircle size={12} title={device.state === 'revoked' ? 'Revoked' : 'Frozen'} />
          )}
          <span>{device.name}</span>
          {device.state !== 'active' && <span>{device.state}</span>}
          <span className="mono muted" title={device.publicKey ?? device.deviceId}>
            {device.publicKey === null ? device.deviceId.slice(0, 10) : `ed25519 ${device.publicKey.slice(0, 8)}`}
          </span>
          {device.enrolledAt !== null && (
            <button type="button" className="link" onClick={() => go(`/history?entry=${device.enrolledAt ?? ''}`)}>
              entry {countText(device.enrolledAt)}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

export function PeopleScreen() {
  const engine = useEngine();
  const session = useSession();
  const asked = useQuery('people', () => askOrKept(engine.api.people, engine.cached.people));
  const keyring = useKeyring();
  const slow = useSlowWords(asked.loading && asked.data === null, 'Reading people and keys');
  const people = deviceRows(asked.data?.value ?? [], keyring.data ?? null);
  const devices = people.flatMap((person) => person.devices);
  return (
    <ScreenFrame
      title="People and keys"
      note="As the signed log says"
      status={
        <>
          <span>{countOf(people.length, 'person', 'people')}</span>
          <span>{countOf(devices.filter((device) => device.state === 'active').length, 'active device')}</span>
          <span className="grow" />
          {asked.data !== null && asked.data.at !== null && (
            <span className="warn">As of {instantText(asked.data.at)}; the server cannot be reached</span>
          )}
          <span>A key is valid by its place in the log, never by a clock</span>
        </>
      }
    >
      {asked.error !== null && (
        <ErrorNotice actions={[{ text: 'Try again', onClick: () => void asked.reload() }]}>
          People could not be read. {asked.error}
        </ErrorNotice>
      )}
      {slow !== null && (
        <p className="notice plain-notice" role="status">
          {slow}
        </p>
      )}
      <div className="scroll">
        {asked.data !== null && people.length === 0 ? (
          <EmptyState title="Nobody is here yet">
            An admin adds people; each brings a device with its own key.
          </EmptyState>
        ) : (
          people.length > 0 && (
            <table className="hairline list-rows people" aria-label="People">
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">Roles</th>
                  <th scope="col">Devices and keys</th>
                </tr>
              </thead>
              <tbody>
                {people.map((person) => (
                  <tr key={person.userId}>
                    <td>
                      <span className="row gap-2">
                        <Avatar
                          userId={person.userId}
                          name={person.name}
                          self={person.userId === session?.user.id}
                          small
                        />
                        <span className="medium">{person.name}</span>
                        <span className="muted">{person.userId}</span>
                      </span>
                    </td>
                    <td>
                      {person.roles.map((role) => (
                        <span key={role} className="role">
                          <span className="medium">{role}</span> <span className="muted">{ROLE_WORDS[role]}</span>
                        </span>
                      ))}
                    </td>
                    <td>
                      <Devices person={person} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        )}
        <p className="section small muted">
          Roles and keys change by signed entries of the log.{' '}
          {keyring.data === null
            ? 'Key entries are not shown to your role, so the keys are listed as the server names them.'
            : 'Every key entry was checked on this computer.'}
        </p>
      </div>
    </ScreenFrame>
  );
}
