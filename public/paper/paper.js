// Draws the pages of a PDF with pdf.js, from our own origin. Fetched with the first PDF; the app does not know how it is done.
// Nothing of the file is run: pdf.js compiles no script, and its sandbox for scripts is not part of this build. Nothing is
// sent anywhere: what is fetched are our own tables of characters (cmaps), symbol fonts and picture decoders, when a page needs one.
import './older.js';
import { AnnotationMode, GlobalWorkerOptions, PDFDataRangeTransport, VerbosityLevel, getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

const here = new URL('.', import.meta.url).href;
/** Pixels of a page that is drawn, at most: four bytes each, and a phone has few of those. */
const MOST_PIXELS = 6_000_000;
/** Pixels of a picture inside a page, as for a photo that is chosen. */
const MOST_IN_A_PICTURE = 51_000_000;
/** Bytes that are read at a time, and only where a page needs them. */
const CHUNK = 512 * 1024;

GlobalWorkerOptions.workerSrc = here + 'worker.js';

/** Hands out the parts of a file that are asked for, so that 40 MB are not in memory twice. */
class Parts extends PDFDataRangeTransport {
  #file;
  constructor(file, first) {
    super(file.size, first);
    this.#file = file;
  }
  requestDataRange(begin, end) {
    // A file that is gone answers nothing; whoever waits for a page has a limit of time.
    this.#file.slice(begin, end).arrayBuffer().then(bytes => this.onDataRange(begin, new Uint8Array(bytes)), () => {});
  }
}

/** Our own tables, by the names that pdf.js has for their kinds. Given no addresses, it names none in a font rule either. */
class Tables {
  async fetch({ kind, filename }) {
    const folder = { cMapUrl: 'cmaps/', standardFontDataUrl: 'fonts/', wasmUrl: 'wasm/' }[kind];
    const answer = await fetch(new URL(folder + filename, here));
    if (!answer.ok) throw new Error(filename);
    return new Uint8Array(await answer.arrayBuffer());
  }
}

/** Opens a file. Throws 'locked', 'broken' (also where there is no page), or 'missing' where this browser cannot. */
export async function open(file) {
  let task;
  try {
    const first = new Uint8Array(await file.slice(0, CHUNK).arrayBuffer());
    task = getDocument({
      range: new Parts(file, first),
      length: file.size,
      rangeChunkSize: CHUNK,
      disableAutoFetch: true,
      disableStream: true,
      enableXfa: false,
      disableWorkerRendering: true,
      maxImageSize: MOST_IN_A_PICTURE,
      canvasMaxAreaInBytes: MOST_PIXELS * 4,
      useSystemFonts: true,
      BinaryDataFactory: Tables,
      useWorkerFetch: false,
      verbosity: VerbosityLevel.ERRORS,
    });
    const pdf = await task.promise;
    if (!pdf.numPages) throw { name: 'InvalidPDFException' };
    return new Paper(task, pdf);
  } catch (why) {
    if (task) task.destroy().catch(() => {});
    throw { PasswordException: 'locked', InvalidPDFException: 'broken', FormatError: 'broken', UnknownErrorException: 'broken', ResponseException: 'broken' }[why && why.name] || 'missing';
  }
}

class Paper {
  #task;
  #pdf;
  #drawing = new Map();
  #shapes = new Map();

  constructor(task, pdf) {
    this.#task = task;
    this.#pdf = pdf;
    this.pages = pdf.numPages;
  }

  /** Height of a page, divided by its width; counted from 1. */
  async shape(number) {
    if (!this.#shapes.has(number)) {
      const { width, height } = (await this.#pdf.getPage(number)).getViewport({ scale: 1 });
      this.#shapes.set(number, height / width);
    }
    return this.#shapes.get(number);
  }

  /** Draws a page on a canvas, so many pixels wide at most. What was being drawn there before is given up. */
  async draw(number, canvas, width) {
    const turn = {};
    const before = this.#drawing.get(canvas);
    this.#drawing.set(canvas, turn);
    if (before && before.task) {
      before.task.cancel();
      await before.task.promise.catch(() => {});
    }
    const page = await this.#pdf.getPage(number);
    if (this.#drawing.get(canvas) !== turn) return false;
    const whole = page.getViewport({ scale: 1 });
    const scale = Math.min(width / whole.width, Math.sqrt(MOST_PIXELS / (whole.width * whole.height)));
    const viewport = page.getViewport({ scale });
    // Drawn aside: what was there before stays to be seen until the sharper one is whole.
    const sheet = document.createElement('canvas');
    sheet.width = Math.max(1, Math.floor(viewport.width));
    sheet.height = Math.max(1, Math.floor(viewport.height));
    turn.task = page.render({ canvas: sheet, viewport, annotationMode: AnnotationMode.ENABLE, background: '#fff' });
    try {
      await turn.task.promise;
      if (this.#drawing.get(canvas) !== turn) return false;
      canvas.width = sheet.width;
      canvas.height = sheet.height;
      canvas.getContext('2d', { alpha: false }).drawImage(sheet, 0, 0);
      return true;
    } catch (why) {
      if (why && why.name === 'RenderingCancelledException') return false;
      throw 'broken';
    } finally {
      turn.task = null;
      sheet.width = sheet.height = 0;
      page.cleanup();
    }
  }

  /** Gives the memory of a page back. */
  forget(canvas) {
    const turn = this.#drawing.get(canvas);
    this.#drawing.delete(canvas);
    if (turn && turn.task) turn.task.cancel();
    canvas.width = canvas.height = 0;
  }

  /** Ends it, and its worker. */
  close() {
    for (const canvas of this.#drawing.keys()) this.forget(canvas);
    this.#task.destroy().catch(() => {});
  }
}
