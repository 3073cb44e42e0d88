// The sign of the app.

export function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <rect x=".5" y=".5" width="17" height="17" rx="3.5" fill="var(--text)" />
      <path d="M4 9.4l2.6 2.6 3.2-5.4M9.4 12l4.6-6.4" fill="none" stroke="var(--surface)" strokeWidth="1.7" />
    </svg>
  );
}
