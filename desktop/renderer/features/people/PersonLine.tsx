// One person of the list: name, roles, devices, and what an admin or the person may do about them. Owns the line; acts are the screen's.
import { Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core';
import { BanCircle, More, Tick } from '@blueprintjs/icons';
import { go } from '../../app/routes.ts';
import { Avatar, countOf, countText } from '../../kit/index.ts';
import type { DeviceRow, PersonRow } from './deviceRows.ts';
import { accountActs, type OfferedAct, type PersonAct, roleActs, type Viewer } from './personActs.ts';
import { ROLE_WORDS } from './roleWords.ts';

export interface PersonLineProps {
  readonly person: PersonRow;
  readonly viewer: Viewer;
  readonly onAct: (person: PersonRow, act: PersonAct) => void;
  readonly onRevoke: (person: PersonRow, device: DeviceRow) => void;
}

export function PersonLine(props: PersonLineProps) {
  const { person, viewer } = props;
  const { account } = person;
  return (
    <tr>
      <td>
        <span className="row gap-2">
          <Avatar userId={person.userId} name={person.name} self={person.userId === viewer.userId} small />
          <span className="medium">{person.name}</span>
          <span className="muted">{account?.login ?? person.userId}</span>
        </span>
        {account !== undefined && <span className="muted small person-account">{accountWords(account)}</span>}
      </td>
      <td>
        {person.roles.length === 0 && <span className="muted">No role: nothing can be read</span>}
        {person.roles.map((role) => (
          <span key={role} className="role">
            <span className="medium">{role}</span> <span className="muted">{ROLE_WORDS[role]}</span>
          </span>
        ))}
      </td>
      <td>
        <Devices {...props} />
      </td>
      <td className="person-menu">
        <PersonMenu {...props} />
      </td>
    </tr>
  );
}

function accountWords(account: NonNullable<PersonRow['account']>): string {
  const way = account.company
    ? 'company sign-in'
    : account.login === null
      ? 'no sign-in of their own'
      : account.hasPassword
        ? 'password'
        : 'has not joined yet';
  return account.sessions === 0 ? way : `${way}, ${countOf(account.sessions, 'sign-in')} now`;
}

function PersonMenu({ person, viewer, onAct }: PersonLineProps) {
  const account = accountActs(person, viewer);
  const roles = roleActs(person, viewer);
  if (account.length + roles.length === 0) return null;
  const item = ({ act, text, held, note, denied, danger }: OfferedAct) => (
    <MenuItem
      key={text}
      text={text}
      {...(held === undefined ? {} : { selected: held, roleStructure: 'listoption' as const })}
      {...(denied === null ? (note === undefined ? {} : { label: note }) : { label: denied })}
      {...(danger === true ? { intent: 'danger' as const } : {})}
      disabled={denied !== null}
      onClick={() => onAct(person, act)}
    />
  );
  return (
    <PopoverNext
      placement="bottom-end"
      content={
        <Menu className="person-acts">
          {roles.length > 0 && <MenuDivider title="Roles" />}
          {roles.map(item)}
          {account.length > 0 && <MenuDivider title="Account" />}
          {account.map(item)}
        </Menu>
      }
      renderTarget={({ isOpen: _open, ref, ...target }) => (
        <button
          {...target}
          ref={ref}
          type="button"
          className="icon-button"
          aria-label={`What to do about ${person.name}`}
        >
          <More size={14} />
        </button>
      )}
    />
  );
}

function Devices({ person, viewer, onRevoke }: PersonLineProps) {
  if (person.devices.length === 0) return <span className="muted">No device enrolled yet</span>;
  const mayRevoke = viewer.shutsOut || viewer.userId === person.userId;
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
          {mayRevoke && device.state !== 'revoked' && (
            <button
              type="button"
              className="link"
              aria-label={`Revoke ${device.name} of ${person.name}`}
              onClick={() => onRevoke(person, device)}
            >
              Revoke
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
