// The button under a list that is longer than what stands open. Owns its look only.
import { CaretDown, CaretUp } from '@blueprintjs/icons';

/** Shows or hides what does not fit at first sight. One more is shown at once: a fold would take the same room. */
export function NoteFold(props: { readonly open: boolean; readonly count: number; readonly onToggle: () => void }) {
  const { open, count, onToggle } = props;
  return (
    <button type="button" className="fold small" aria-expanded={open} onClick={onToggle}>
      {open ? <CaretUp size={12} /> : <CaretDown size={12} />}
      {open ? 'Show fewer' : `Show ${count} more`}
    </button>
  );
}
