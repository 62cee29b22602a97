// The half of pdf.js that reads: off the main thread, from the bytes it is handed.
import './older.js';
export * from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
