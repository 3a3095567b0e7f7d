import { start } from './start.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no element to show anything in');
start(root, window);
