// The four views of a document as links. Must not load anything.
import { DOCUMENT_VIEWS, type DocumentView, documentPath } from './routes.ts';

const NAMES: Readonly<Record<DocumentView, string>> = {
  workbook: 'Workbook',
  preview: 'Preview',
  review: 'Review',
  history: 'History',
};

export function ViewTabs({ versionId, view }: { readonly versionId: string; readonly view: DocumentView }) {
  return (
    <nav className="view-tabs" aria-label="Views">
      {DOCUMENT_VIEWS.map((name) => (
        <a
          key={name}
          className="view-tab"
          href={`#${documentPath(versionId, name)}`}
          aria-current={name === view ? 'page' : undefined}
        >
          {NAMES[name]}
        </a>
      ))}
    </nav>
  );
}
