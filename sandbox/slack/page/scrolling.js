const nearPixels = 48;

/**
 * Keeps a list at its end while the reader is there, also when pictures load or a card grows; a reader further up is
 * left alone and told by `newer` that more has come.
 */
export function stayAtBottom(frame, newer) {
  let isAtBottom = true;
  let shown;
  const toEnd = () => {
    frame.scrollTop = frame.scrollHeight;
  };
  const settle = () => {
    if (isAtBottom) toEnd();
    if (newer && isAtBottom) newer.hidden = true;
  };
  frame.addEventListener('scroll', () => {
    isAtBottom = frame.scrollHeight - frame.scrollTop - frame.clientHeight < nearPixels;
    settle();
  });
  newer?.addEventListener('click', () => jump());
  const observer = new ResizeObserver(settle);
  observer.observe(frame);
  observer.observe(frame.firstElementChild);
  function jump() {
    isAtBottom = true;
    settle();
  }
  return {
    jump,
    /** Draws list `key`; another list than before starts at its end. */
    keep(key, draw) {
      const before = frame.firstElementChild.childElementCount;
      draw();
      if (key !== shown) isAtBottom = true;
      else if (newer && !isAtBottom && frame.firstElementChild.childElementCount > before) newer.hidden = false;
      shown = key;
      settle();
    },
  };
}
