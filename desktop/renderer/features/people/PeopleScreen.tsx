// People, their roles and their devices, as the log says them, and the tokens of programs. Everybody reads; admins change. Owns the
// screen's parts; what may be done is in personActs.ts, doing it in usePeopleActs.ts.
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useReachability, useSession } from '../../app/engineContext.tsx';
import { NotHere } from '../../app/NotHere.tsx';
import { ScreenFrame } from '../../app/ScreenFrame.tsx';
import { useEmergencies } from '../../app/useEmergencies.ts';
import { Action, countOf, EmptyState, ErrorNotice, instantText } from '../../kit/index.ts';
import { SlowNotice } from '../../kit/SlowNotice.tsx';
import { useSlowWords } from '../../kit/useSlowWords.ts';
import { EmergencyRoles } from '../breakGlass/EmergencyRoles.tsx';
import { useKeyring } from '../history/useKeyring.ts';
import { AddPersonDialog } from './AddPersonDialog.tsx';
import { AskDialog } from './AskDialog.tsx';
import { ChangePasswordDialog } from './ChangePasswordDialog.tsx';
import { deviceRows } from './deviceRows.ts';
import { MakeTokenDialog } from './MakeTokenDialog.tsx';
import { OnceDialog } from './OnceDialog.tsx';
import { PersonLine } from './PersonLine.tsx';
import { ServiceTokens } from './ServiceTokens.tsx';
import { useAccessReport } from './useAccessReport.ts';
import { type PeopleActs, usePeopleActs } from './usePeopleActs.ts';
import '../screens.css';
import './people.css';

export function PeopleScreen() {
  const engine = useEngine();
  const session = useSession();
  const offline = useReachability() === 'offline';
  const roles = session?.user.roles ?? [];
  const userId = session?.user.id ?? '';
  const emergencies = useEmergencies().lines;
  const manages = roles.includes('admin');
  const holdsAdmin = emergencies.some((e) => e.state === 'active' && e.role === 'admin' && e.person.userId === userId);
  const viewer = { userId, manages, shutsOut: manages || holdsAdmin };
  const acts = usePeopleActs(viewer);
  const report = useAccessReport();
  const asked = useQuery('people', () => askOrKept(engine.api.people, engine.cached.people));
  // What is open stands first: the banner of every screen leads here.
  const isEmergency = emergencies.some(({ state }) => state === 'asked' || state === 'active');
  const keyring = useKeyring();
  const isAway = offline && asked.data === null && asked.error !== null;
  const slow = useSlowWords(asked.loading && asked.data === null, 'Reading people and keys');
  const people = deviceRows(asked.data?.value ?? [], keyring.data ?? null);
  const devices = people.flatMap((person) => person.devices);
  const nameOf = (userId: string): string => people.find((person) => person.userId === userId)?.name ?? userId;
  return (
    <ScreenFrame
      title="People and keys"
      note="As the signed log says"
      actions={
        <>
          {(viewer.shutsOut || roles.includes('auditor')) && (
            <Action
              text="Save access report"
              denied={report.denied ?? (offline ? 'The report needs the server, which cannot be reached.' : null)}
              onClick={() => void report.save()}
            />
          )}
          {viewer.manages && (
            <Action
              text="Add a person"
              tone="primary"
              denied={offline ? 'Adding a person needs the server, which cannot be reached.' : null}
              onClick={() => acts.open({ kind: 'add' })}
            />
          )}
        </>
      }
      status={
        <>
          {asked.data !== null && (
            <>
              <span>{countOf(people.length, 'person', 'people')}</span>
              <span>{countOf(devices.filter((device) => device.state === 'active').length, 'active device')}</span>
            </>
          )}
          <span className="grow" />
          {asked.data !== null && asked.data.at !== null && (
            <span className="warn">As of {instantText(asked.data.at)}; the server cannot be reached</span>
          )}
          <span>A key is valid by its place in the log, never by a clock</span>
        </>
      }
    >
      {acts.failure !== null && <ErrorNotice>{acts.failure}</ErrorNotice>}
      {report.failure !== null && (
        <ErrorNotice>The access report was not saved. {report.failure} Nothing was changed.</ErrorNotice>
      )}
      {asked.error !== null && !isAway && (
        <ErrorNotice
          tone={offline ? 'plain' : 'bad'}
          actions={[{ text: 'Try again', onClick: () => void asked.reload() }]}
        >
          People could not be read. {asked.error}
        </ErrorNotice>
      )}
      <SlowNotice words={slow} />
      <div className="scroll">
        {isAway && <NotHere what="people" onRetry={() => void asked.reload()} />}
        {isEmergency && <EmergencyRoles people={asked.data?.value ?? []} />}
        {asked.data !== null && people.length === 0 && (
          <EmptyState title="Nobody is here yet">
            An admin adds people; each brings a device with its own key.
          </EmptyState>
        )}
        {people.length > 0 && (
          <table className="hairline list-rows people" aria-label="People">
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col">Roles</th>
                <th scope="col">Devices and keys</th>
                <th scope="col">
                  <span className="visually-hidden">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <PersonLine
                  key={person.userId}
                  person={person}
                  viewer={viewer}
                  onAct={acts.act}
                  onRevoke={acts.revokeDevice}
                />
              ))}
            </tbody>
          </table>
        )}
        <p className="section small muted">
          Roles and keys change by signed entries of the log.{' '}
          {keyring.data !== null
            ? 'Every key entry was checked on this computer.'
            : offline
              ? 'The keys are listed as the server last named them; they are checked when it can be reached.'
              : 'Key entries are not shown to your role, so the keys are listed as the server names them.'}
        </p>
        {!isEmergency && <EmergencyRoles people={asked.data?.value ?? []} />}
        {(viewer.shutsOut || roles.includes('auditor')) && (
          <ServiceTokens
            mayMake={viewer.manages}
            mayRevoke={viewer.shutsOut}
            nameOf={nameOf}
            onMake={() => acts.open({ kind: 'token' })}
            onRevoke={({ tokenId, name }) =>
              acts.open({
                kind: 'ask',
                question: {
                  title: `Revoke the token ${name}`,
                  text: 'The program that uses it is refused from its next request on.',
                  action: 'Revoke',
                  onYes: () => acts.run(() => engine.api.accounts.revokeServiceToken(tokenId)),
                },
              })
            }
          />
        )}
      </div>
      <PeopleDialogs acts={acts} />
    </ScreenFrame>
  );
}

function PeopleDialogs({ acts }: { readonly acts: PeopleActs }) {
  const { dialog } = acts;
  const close = () => acts.open(null);
  switch (dialog?.kind) {
    case 'add':
      return (
        <AddPersonDialog
          onClose={close}
          onAdded={(code, name) => {
            acts.showCode(code, name);
            acts.run(async () => undefined);
          }}
        />
      );
    case 'password':
      return (
        <ChangePasswordDialog
          onClose={() => {
            close();
            acts.run(async () => undefined);
          }}
        />
      );
    case 'token':
      return (
        <MakeTokenDialog
          onClose={close}
          onMade={({ token, about }) => {
            const once = {
              title: `The token ${about.name}`,
              text: 'Give it to the program. Whoever has it may read the exports.',
              secrets: [{ name: 'Token', value: token }],
              until: instantText(about.expiresAt),
            };
            acts.open({ kind: 'once', once });
            acts.run(async () => undefined);
          }}
        />
      );
    case 'once':
      return <OnceDialog {...dialog.once} onClose={close} />;
    case 'ask':
      return <AskDialog question={dialog.question} onClose={close} />;
    default:
      return null;
  }
}
