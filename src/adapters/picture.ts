import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Fault } from '../chatops/errors.ts';
import type { Picture } from '../ports/picture.ts';

const renderer = '@resvg/resvg-wasm/index_bg.wasm';
/** Fonts of the machine would make every picture look otherwise, and containers have none. */
const fonts = ['400', '600'].map((weight) => `@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);

/** The Picture port over resvg as WebAssembly: nothing to compile, nothing to start. It is loaded with the first picture. */
export function createPicture(): Picture {
  return {
    async draw(svg) {
      try {
        const { Resvg, fontBuffers } = await theStudio();
        const drawing = new Resvg(svg, { font: { fontBuffers, defaultFontFamily: 'Inter' } });
        const image = drawing.render();
        const png = image.asPng();
        image.free();
        drawing.free();
        return png;
      } catch (cause) {
        throw new Fault('The picture could not be drawn.', {
          port: 'picture',
          operation: 'draw',
          retryable: false,
          cause,
        });
      }
    },
  };
}

let studio: ReturnType<typeof openStudio> | undefined;

/** The renderer can be set up once in a process. */
function theStudio(): ReturnType<typeof openStudio> {
  studio ??= openStudio();
  return studio;
}

async function openStudio() {
  const [{ initWasm, Resvg }, wasm, ...fontBuffers] = await Promise.all([
    import('@resvg/resvg-wasm'),
    fileIn(renderer),
    ...fonts.map(fileIn),
  ]);
  await initWasm(wasm);
  return { Resvg, fontBuffers };
}

const fileIn = (path: string): Promise<Buffer<ArrayBuffer>> => readFile(fileURLToPath(import.meta.resolve(path)));
