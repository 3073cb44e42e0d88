export { PreviewScreen } from './PreviewScreen.tsx';
