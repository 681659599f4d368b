/** For how long the event loop did nothing but one thing at most, in ms, from now until it is asked. */
export function longestBlock(): { end(): number } {
  let longestMs = 0;
  let last = performance.now();
  const look = () => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  };
  const beat = setInterval(look, 5);
  return {
    end() {
      clearInterval(beat);
      look();
      return Math.round(longestMs);
    },
  };
}
