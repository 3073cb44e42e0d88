// The application menu: the usual editing and window roles, no business commands. Owns the template only.
import type { MenuItemConstructorOptions } from 'electron';

/** Menu of the app; roles bring the platform's own words and keys. */
export function menuTemplate(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const own: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : [{ role: 'fileMenu' }];
  return [
    ...own,
    // Undo and redo are commands on documents and belong to the page; the menu must not take their keys.
    { label: 'Edit', submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      label: 'View',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    { role: 'windowMenu' },
  ];
}
