// For browsers that do not know modules. Written so that they can read it.
(function () {
  function say() {
    var box = document.getElementById('hc');
    var lines = [
      ['zh-CN', '这部手机的浏览器太旧，打不开表格。可以换一个浏览器，或到窗口办理。'],
      ['en', 'This browser is too old for the form. Try another browser, or visit an office.']
    ];
    for (var i = 0; i < lines.length; i++) {
      var line = document.createElement('p');
      line.setAttribute('lang', lines[i][0]);
      line.style.cssText = 'font:17px/1.6 sans-serif;margin:24px 16px';
      line.appendChild(document.createTextNode(lines[i][1]));
      box.appendChild(line);
    }
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', say);
  else say();
})();
