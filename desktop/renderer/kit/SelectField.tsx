// One choice of a few under its caption.
import { useId } from 'react';

export interface SelectFieldProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly choices: readonly { readonly value: V; readonly text: string }[];
  readonly onChange: (value: V) => void;
}

export function SelectField<V extends string>({ label, value, choices, onChange }: SelectFieldProps<V>) {
  const id = useId();
  return (
    <label htmlFor={id}>
      <span className="caption">{label}</span>
      <select
        id={id}
        className="bp6-input"
        value={value}
        onChange={(event) => {
          const chosen = choices.find((choice) => choice.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </label>
  );
}
