// One line of text under its caption.
import { type InputHTMLAttributes, useId } from 'react';

type Given = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  'type' | 'maxLength' | 'autoComplete' | 'autoCapitalize' | 'autoFocus' | 'spellCheck'
>;

export interface TextFieldProps extends Given {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function TextField({ label, value, onChange, ...given }: TextFieldProps) {
  const id = useId();
  return (
    <label htmlFor={id}>
      <span className="caption">{label}</span>
      <input
        {...given}
        id={id}
        className="bp6-input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

/** What somebody signs in with, wherever it is asked for. */
export function LoginField(props: Pick<TextFieldProps, 'value' | 'onChange' | 'autoComplete'>) {
  return (
    <TextField {...props} label="E-mail or sign-in name" maxLength={200} autoCapitalize="none" spellCheck={false} />
  );
}
