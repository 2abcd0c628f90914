/* The report's only moving parts: another language, and the printer. */
"use strict";
(function () {
  const reports = Array.from(document.querySelectorAll(".report"));
  function show(language) {
    reports.forEach(function (report) { report.hidden = report.lang !== language; });
    document.documentElement.lang = language;
  }
  reports.forEach(function (report) {
    report.querySelectorAll("[data-language]").forEach(function (button) {
      button.addEventListener("click", function () {
        show(button.dataset.language);
        const other = document.querySelector("#" + button.dataset.language + " [data-language]");
        if (other) { other.focus(); }
      });
    });
    report.querySelector("[data-print]").addEventListener("click", function () {
      document.querySelectorAll("details").forEach(function (one) { one.open = true; });
      window.print();
    });
  });
  // A link into a report that is hidden opens it.
  function follow() {
    const language = location.hash.slice(1).split("-")[0];
    if (reports.some(function (report) { return report.lang === language; })) { show(language); }
  }
  window.addEventListener("hashchange", follow);
  follow();
}());
