export { ParkedScreen } from './ParkedScreen.tsx';
