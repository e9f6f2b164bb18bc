/** A lab flask in the console's colours. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#271d3d"/>
<path d="M13 6h6M14 6v8l-6 10a2 2 0 0 0 2 3h12a2 2 0 0 0 2-3l-6-10V6" fill="none" stroke="#ece7f7" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>
<path d="M11 21h10l2.500 4a1 1 0 0 1-1 1.500h-13a1 1 0 0 1-1-1.500z" fill="#ffb224"/></svg>`;
