/** Makes pictures out of drawings. */
export interface Picture {
  /**
   * A drawing (SVG, its text in 'Inter', normal or semi-bold, Latin letters) as PNG, in the drawing's own size. Reads nothing but the
   * drawing. Throws Fault PICTURE_DRAW when it cannot be drawn.
   */
  draw(svg: string): Promise<Uint8Array>;
}
