import { describe, expect, it } from 'vitest';
import { createPicture } from '../../src/adapters/picture.ts';

const { draw } = createPicture();
const svg = (inside: string) => `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100">${inside}</svg>`;
const text = (weight: number, words: string) =>
  svg(`<text x="5" y="50" font-family="Inter" font-weight="${weight}" font-size="20">${words}</text>`);

describe('a picture', () => {
  it('is a PNG in the size of the drawing', async () => {
    const png = Buffer.from(await draw(svg('<rect width="300" height="100" fill="white"/>')));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([300, 100]);
  });

  it('has its words in a font that comes along, in two weights', async () => {
    const [empty, normal, bold] = await Promise.all([
      draw(svg('')),
      draw(text(400, 'prod-1')),
      draw(text(600, 'prod-1')),
    ]);
    expect(normal).not.toEqual(empty);
    expect(bold).not.toEqual(normal);
  });

  it('is a Fault when the drawing is none', async () => {
    await expect(draw('<svg')).rejects.toMatchObject({ name: 'Fault', code: 'PICTURE_DRAW', retryable: false });
  });

  it('reads no file and no address that a drawing names', async () => {
    const outside = svg(
      '<image href="file:///etc/hostname" width="9" height="9"/><image href="http://127.0.0.1:1/x.png"/>',
    );
    expect(await draw(outside)).toEqual(await draw(svg('')));
  });
});
