// Charts on a canvas: one column per second, newest at the right edge.
window.BreakwaterChart = (() => {
  "use strict";
  const SECONDS = 300;

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function ceiling(most, least) {
    const value = Math.max(most, least);
    const power = 10 ** Math.floor(Math.log10(value));
    return ([1, 2, 3, 4, 6, 8].find((step) => value <= step * power) || 10) * power;
  }

  function time(second) {
    return new Date(second * 1000).toLocaleTimeString([], { hour12: false });
  }

  class Chart {
    // kind: { least, series: [{ color, label, value }], stacked, format }
    constructor(card, kind) {
      this.kind = kind;
      this.samples = [];
      this.plot = card.querySelector(".plot");
      this.canvas = card.querySelector("canvas");
      this.top = card.querySelector(".y.top");
      this.middle = card.querySelector(".y.mid");
      card.querySelector("svg").remove();
      this.canvas.hidden = false;
      this.tip = document.createElement("div");
      this.tip.className = "chart-tip";
      this.tip.hidden = true;
      this.plot.append(this.tip);
      this.pointer = null;
      this.plot.addEventListener("pointermove", (event) => {
        this.pointer = event.clientX - this.plot.getBoundingClientRect().left;
        this.draw();
      });
      this.plot.addEventListener("pointerleave", () => { this.pointer = null; this.draw(); });
      new ResizeObserver(() => this.draw()).observe(this.plot);
      document.addEventListener("bw-theme", () => this.draw());
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    }

    show(samples) {
      this.samples = samples;
      this.draw();
    }

    draw() {
      const width = this.plot.clientWidth;
      const height = this.plot.clientHeight;
      if (!width || !height) return;
      const ratio = devicePixelRatio || 1;
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      const pen = this.canvas.getContext("2d");
      pen.scale(ratio, ratio);
      const top = this.scale();
      this.grid(pen, width, height);
      const last = this.samples.length ? this.samples[this.samples.length - 1].second : 0;
      const x = (second) => width - ((last - second) / (SECONDS - 1)) * width;
      const y = (value) => height - (value / top) * (height - 2);
      if (this.kind.stacked) this.areas(pen, x, y, width / (SECONDS - 1));
      else this.lines(pen, x, y);
      this.hover(pen, x, height, last, width);
    }

    scale() {
      const of = (sample) => this.kind.stacked
        ? this.kind.series.reduce((sum, one) => sum + one.value(sample), 0)
        : Math.max(...this.kind.series.map((one) => one.value(sample)));
      const top = ceiling(this.samples.reduce((most, one) => Math.max(most, of(one)), 0), this.kind.least);
      this.top.textContent = this.kind.format(top);
      this.middle.textContent = this.kind.format(top / 2);
      return top;
    }

    grid(pen, width, height) {
      pen.strokeStyle = color("--grid");
      pen.lineWidth = 1;
      for (const at of [0.5, height / 2, height - 0.5]) {
        pen.beginPath();
        pen.moveTo(0, Math.round(at) + 0.5 - (at === 0.5 || at === height - 0.5 ? 1 : 0));
        pen.lineTo(width, Math.round(at) + 0.5 - (at === 0.5 || at === height - 0.5 ? 1 : 0));
        pen.stroke();
      }
    }

    areas(pen, x, y, step) {
      for (const sample of this.samples) {
        let sum = 0;
        for (const one of this.kind.series) {
          const value = one.value(sample);
          if (!value) continue;
          pen.fillStyle = color(one.color);
          // Whole pixels: columns that share one would blend into stripes.
          const left = Math.floor(x(sample.second) - step);
          pen.fillRect(left, y(sum + value), Math.floor(x(sample.second)) - left, y(sum) - y(sum + value));
          sum += value;
        }
      }
    }

    lines(pen, x, y) {
      pen.lineWidth = 1.6;
      pen.lineJoin = "round";
      for (const one of this.kind.series) {
        pen.strokeStyle = color(one.color);
        pen.beginPath();
        let drawing = false;
        for (const sample of this.samples) {
          // A second without requests has no latency: the line stops instead of falling to zero.
          if (!sample.requests) { drawing = false; continue; }
          const at = [x(sample.second), y(one.value(sample))];
          if (drawing) pen.lineTo(...at);
          else { pen.moveTo(at[0] - 0.8, at[1]); pen.lineTo(...at); }
          drawing = true;
        }
        pen.stroke();
      }
    }

    hover(pen, x, height, last, width) {
      this.tip.hidden = true;
      if (this.pointer === null || !this.samples.length) return;
      const second = Math.round(last - (1 - this.pointer / width) * (SECONDS - 1));
      const sample = this.samples.find((one) => one.second === second);
      if (!sample) return;
      pen.strokeStyle = color("--line-strong");
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x(second), 0);
      pen.lineTo(x(second), height);
      pen.stroke();
      const head = document.createElement("b");
      head.textContent = time(second);
      const rows = this.kind.series.map((one) => {
        const row = document.createElement("div");
        row.textContent = one.label + "  " + this.kind.format(one.value(sample));
        return row;
      });
      this.tip.replaceChildren(head, ...rows);
      this.tip.hidden = false;
      const room = width - this.tip.offsetWidth - 8;
      const right = this.pointer + 14;
      this.tip.style.left = (right > room ? Math.max(0, this.pointer - this.tip.offsetWidth - 14) : right) + "px";
    }
  }

  return { Chart, SECONDS };
})();
