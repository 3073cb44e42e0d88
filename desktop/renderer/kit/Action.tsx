// The one button of the app, over Blueprint's. Owns size and tone, and that a button which cannot be used says why.
import { Button, Tooltip } from '@blueprintjs/core';
import type { ReactElement } from 'react';

export interface ActionProps {
  /** The words; also the accessible name. With `iconOnly` they become the tooltip and the label. */
  readonly text: string;
  /** A fuller accessible name where the words alone are said more than once on a screen: "Keep 4,000.00". */
  readonly label?: string;
  readonly onClick?: () => void;
  readonly icon?: ReactElement;
  readonly endIcon?: ReactElement;
  /** `primary` once a screen; `danger` for acts that end something. */
  readonly tone?: 'primary' | 'outlined' | 'minimal' | 'danger';
  readonly small?: boolean;
  readonly iconOnly?: boolean;
  /** Pressed state of a toggle. */
  readonly on?: boolean;
  /** Why it cannot be used now. The button stays reachable and says it. */
  readonly denied?: string | null;
  /** A shortcut to show in the tooltip, for example `Ctrl+F`. */
  readonly keys?: string;
  readonly testId?: string;
  readonly submit?: boolean;
}

/** Never a disabled button without its reason: a denied action keeps focus and shows the reason on hover, focus and press. */
export function Action(props: ActionProps) {
  const { text, onClick, icon, endIcon, tone = 'outlined', small, iconOnly = false, on, denied, keys, testId } = props;
  const isDenied = denied !== undefined && denied !== null;
  const classes = ['action', on === true ? 'is-on' : '', iconOnly ? 'icon-only' : ''].filter(Boolean).join(' ');
  const button = (
    <Button
      className={classes}
      size={small === true ? 'small' : 'medium'}
      variant={tone === 'minimal' ? 'minimal' : 'solid'}
      {...(tone === 'primary' && !isDenied ? { intent: 'primary' as const } : {})}
      {...(tone === 'danger' ? { intent: 'danger' as const } : {})}
      {...(icon === undefined ? {} : { icon })}
      {...(endIcon === undefined ? {} : { endIcon })}
      {...(iconOnly ? {} : { text })}
      {...(iconOnly || props.label !== undefined ? { 'aria-label': props.label ?? text } : {})}
      {...(on === undefined ? {} : { 'aria-pressed': on })}
      {...(isDenied ? { 'aria-disabled': true } : {})}
      {...(testId === undefined ? {} : { 'data-testid': testId })}
      type={props.submit === true ? 'submit' : 'button'}
      onClick={() => {
        if (!isDenied) onClick?.();
      }}
    />
  );
  const hint = isDenied ? denied : iconOnly ? (keys === undefined ? text : `${text}  ${keys}`) : keys;
  if (hint === undefined) return button;
  return (
    <Tooltip content={hint} placement="bottom" hoverOpenDelay={isDenied ? 0 : 400} compact>
      {button}
    </Tooltip>
  );
}
