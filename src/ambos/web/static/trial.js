// Follow a trial that is being played, and open its result.
const bar = document.querySelector("[data-progress]");
async function look() {
  const state = await (await fetch(bar.dataset.progress)).json();
  if (state.ended) {
    location.reload();
    return;
  }
  if (state.total) {
    bar.max = state.total;
    bar.value = state.done;
  }
  setTimeout(look, 700);
}
setTimeout(look, 700);
