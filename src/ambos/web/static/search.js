// Search of a copy of the site: every entry of the page has its words, by where they stand: in a name, in another name, in a text.
// They are cut as flows/data/search.py cuts them. Without this file the page lists everything.
"use strict";

const BY_PLACE = [1, 0.85, 0.3];
const PREFIX = 0.85;
const MOST = 30;
const LEAST = 0.35;

function stem(word) {
  const one = word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
  return one.length > 3 && one.endsWith("e") ? one.slice(0, -1) : one;
}

function wordsOf(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return [...new Set((plain.match(/[\p{L}\p{N}]+/gu) || []).map(stem))];
}

class Entry {
  constructor(item) {
    this.item = item;
    this.weight = Number(item.dataset.weight);
    this.words = new Map();
    item.dataset.words.split("|").forEach((part, place) => {
      for (const word of part.split(" ")) if (word) this.words.set(word, BY_PLACE[place]);
    });
  }

  fit(word) {
    let best = this.words.get(word) || 0;
    if (word.length < 3) return best;
    for (const [other, weight] of this.words) {
      if (!other.startsWith(word) || other === word) continue;
      best = Math.max(best, weight * PREFIX * (0.5 + (0.5 * word.length) / other.length));
    }
    return best;
  }
}

const list = document.querySelector(".everything");
const entries = [...list.children].map((item) => new Entry(item));

function find(query) {
  const known = wordsOf(query).map((word) => {
    const fits = entries.map((entry) => entry.fit(word));
    return { fits, rare: Math.log(1 + entries.length / (1 + fits.filter(Boolean).length)) };
  });
  const words = known.filter((one) => one.fits.some(Boolean));
  const total = words.reduce((sum, one) => sum + one.rare, 0);
  const found = entries.map((entry, at) => {
    const own = words.filter((one) => one.fits[at]);
    const fit = own.reduce((sum, one) => sum + one.fits[at] * one.rare, 0) / total;
    return { entry, fit: fit * (own.length / words.length) ** 2 * entry.weight };
  });
  found.sort((a, b) => b.fit - a.fit);
  return found.filter((one) => one.fit > LEAST * found[0].fit).slice(0, MOST);
}

const query = new URLSearchParams(location.search).get("q") || "";
if (query.trim()) {
  document.getElementById("find").value = query;
  const found = find(query);
  if (found.length) {
    const heading = document.getElementById("heading");
    heading.textContent = heading.dataset.found.replace("…", query);
    list.replaceChildren(...found.map((one) => one.entry.item));
  } else {
    document.getElementById("nothing").hidden = false;
  }
}
