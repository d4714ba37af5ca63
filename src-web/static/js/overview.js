// Keeps the overview's figures and charts moving.
(() => {
  "use strict";
  const { Chart, SECONDS } = window.BreakwaterChart;
  const RECENT = 10;
  // How often the figures are read out to those who do not see them.
  const SUMMARY_MILLIS = 60000;

  function number(value) {
    if (value < 10 && value !== Math.round(value)) return value.toFixed(1);
    return Math.round(value).toLocaleString("en-US");
  }

  function micros(value) {
    if (value < 1000) return Math.round(value) + " µs";
    if (value < 10000) return (value / 1000).toFixed(1) + " ms";
    if (value < 1000000) return Math.floor(value / 1000) + " ms";
    return (value / 1000000).toFixed(2) + " s";
  }

  function bytes(value) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) { value /= 1024; unit++; }
    return value.toFixed(unit === 0 || value >= 100 ? 0 : 1) + " " + units[unit];
  }

  function fromRow(row) {
    return {
      second: row[0], requests: row[1], status: row.slice(2, 7), p50: row[7], p95: row[8], p99: row[9],
      in: row[10], out: row[11], inFlight: row[12], connections: row[13],
    };
  }

  function fromEvent(one) {
    return {
      second: one["epoch-second"], requests: one.requests, status: one.status1xx2xx3xx4xx5xx,
      p50: one["p50-micros"], p95: one["p95-micros"], p99: one["p99-micros"],
      in: one["bytes-in"], out: one["bytes-out"], inFlight: one["in-flight"], connections: one.connections,
    };
  }

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.querySelector(".overview");
    if (!page) return;
    let samples = JSON.parse(page.dataset.samples || "[]").map(fromRow);
    const cls = (index, name) => ({ color: "--s" + (index + 1), label: name, value: (one) => one.status[index] });
    const line = (key) => ({ color: "--" + key, label: key, value: (one) => one[key] });
    const traffic = new Chart(page.querySelector("[data-chart=traffic]"), {
      least: 10, stacked: true, format: number,
      series: [cls(0, "1xx"), cls(1, "2xx"), cls(2, "3xx"), cls(3, "4xx"), cls(4, "5xx")],
    });
    const latency = new Chart(page.querySelector("[data-chart=latency]"), {
      least: 1000, stacked: false, format: micros, series: [line("p99"), line("p95"), line("p50")],
    });

    const set = (name, text) => {
      const at = page.querySelector("[data-live=" + name + "]");
      if (at && at.textContent !== text) at.textContent = text;
    };

    function figures() {
      const recent = samples.slice(-RECENT);
      const seconds = Math.max(1, recent.length);
      const sum = (of) => recent.reduce((total, one) => total + of(one), 0);
      const requests = sum((one) => one.requests);
      set("rate", number(requests / seconds));
      for (let i = 1; i < 5; i++) set("s" + (i + 1), number(sum((one) => one.status[i]) / seconds));
      for (const key of ["p50", "p95", "p99"])
        set(key, requests ? micros(sum((one) => one[key] * one.requests) / requests) : "–");
      set("in", bytes(sum((one) => one.in) / seconds) + "/s");
      set("out", bytes(sum((one) => one.out) / seconds) + "/s");
      const last = recent[recent.length - 1];
      set("inFlight", number(last.inFlight));
      set("connections", number(last.connections));
    }

    function add(sample) {
      samples = samples.filter((one) => one.second !== sample.second && one.second > sample.second - SECONDS);
      samples.push(sample);
      figures();
      traffic.show(samples);
      latency.show(samples);
    }

    traffic.show(samples);
    latency.show(samples);
    const state = page.querySelector("[data-live-state]");
    const tell = (on, text) => {
      state.classList.toggle("on", on);
      if (state.textContent !== text) state.textContent = text;
    };
    const text = (name) => page.querySelector("[data-live=" + name + "]").textContent;
    setInterval(() => {
      page.querySelector("[data-live-summary]").textContent =
        text("rate") + " requests per second, median latency " + text("p50") + ", " + text("inFlight") + " in flight, "
        + text("s5") + " server errors per second";
    }, SUMMARY_MILLIS);
    const events = new EventSource("/api/v1/events");
    events.addEventListener("sample", (event) => { tell(true, "live"); add(fromEvent(JSON.parse(event.data))); });
    events.addEventListener("open", () => tell(true, "live"));
    events.addEventListener("error", () => tell(false, "no connection; trying again"));
  });
})();
