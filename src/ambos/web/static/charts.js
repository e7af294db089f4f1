// Charts answer to the pointer and the arrow keys: the value nearest to it, from the chart's own specification.
// Without this file the picture and the table say the same.
"use strict";

const narrow = window.matchMedia("(max-width: 40rem)");

class Plot {
  constructor(figure) {
    this.figure = figure;
    this.image = figure.querySelector("img");
    this.box = figure.querySelector(".plot");
    this.said = document.createElement("p");
    this.said.className = "value";
    this.said.hidden = true;
    this.said.setAttribute("role", "status");
    this.mark = document.createElement("span");
    this.mark.className = "mark";
    this.mark.hidden = true;
    this.box.append(this.mark, this.said);
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "group");
    this.box.setAttribute("aria-label", this.box.dataset.label);
    this.loaded = {};
    this.at = -1;
    this.box.addEventListener("pointermove", (event) => this.point(event));
    this.box.addEventListener("pointerdown", (event) => this.point(event));
    this.box.addEventListener("pointerleave", () => this.hide());
    this.box.addEventListener("blur", () => this.hide());
    this.box.addEventListener("keydown", (event) => this.key(event));
  }

  async values() {
    const size = narrow.matches ? "narrow" : "wide";
    if (!this.loaded[size]) {
      const address = this.figure.dataset.chart;
      const joined = `${address}${address.includes("?") ? "&" : "?"}size=${size}`;
      this.loaded[size] = fetch(joined)
        .then((answer) => (answer.ok ? answer.json() : { datasets: {} }))
        .catch(() => ({ datasets: {} }));
    }
    const chart = await this.loaded[size];
    return { width: chart.width, hints: chart.datasets.hints || [] };
  }

  async point(event) {
    const { width, hints } = await this.values();
    const frame = this.image.getBoundingClientRect();
    const scale = width / frame.width;
    const x = (event.clientX - frame.left) * scale;
    const y = (event.clientY - frame.top) * scale;
    let best = -1;
    let least = Infinity;
    hints.forEach((hint, place) => {
      const distance = (hint.x - x) ** 2 + (hint.y - y) ** 2;
      if (distance < least) {
        least = distance;
        best = place;
      }
    });
    this.show(hints, best, width);
  }

  async key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.hide();
    if (!step) return;
    event.preventDefault();
    const { width, hints } = await this.values();
    const next = Math.min(Math.max(this.at + step, 0), hints.length - 1);
    this.show(hints, next, width);
  }

  show(hints, place, width) {
    if (place < 0) return;
    const hint = hints[place];
    const scale = this.image.clientWidth / width;
    this.at = place;
    this.mark.hidden = this.said.hidden = false;
    this.mark.style.left = `${hint.x * scale}px`;
    this.mark.style.top = `${hint.y * scale}px`;
    this.said.textContent = hint.t;
    const left = Math.min(hint.x * scale + 10, this.image.clientWidth - this.said.offsetWidth);
    this.said.style.left = `${Math.max(left, 0)}px`;
    this.said.style.top = `${Math.max(hint.y * scale - this.said.offsetHeight - 10, 0)}px`;
  }

  hide() {
    this.mark.hidden = this.said.hidden = true;
  }
}

for (const figure of document.querySelectorAll("figure.chart[data-chart]")) new Plot(figure);
