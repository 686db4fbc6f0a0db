"""What the bundles bring, under the real content security policy; the harness fails on any complaint of the browser."""

from playwright.sync_api import expect
from tests.web.browser.conftest import OpenPage

SHOWN = """
<wa-dialog label="D" id="dialog">x</wa-dialog> <wa-drawer label="W" id="drawer">x</wa-drawer>
<wa-dropdown id="dropdown"><button slot="trigger">m</button>
<wa-dropdown-item type="checkbox">i</wa-dropdown-item></wa-dropdown>
<button id="tipped">t</button><wa-tooltip for="tipped">tip</wa-tooltip>
<wa-tab-group><wa-tab panel="a">A</wa-tab><wa-tab panel="b">B</wa-tab><wa-tab-panel name="a">a</wa-tab-panel>
<wa-tab-panel name="b">b</wa-tab-panel></wa-tab-group><wa-switch>s</wa-switch><wa-details summary="S">x</wa-details>
<wa-copy-button value="v"></wa-copy-button><wa-progress-bar value="40" label="P"></wa-progress-bar>
<wa-spinner></wa-spinner><wa-skeleton></wa-skeleton>
"""


def test_every_component_is_defined_and_drawn_by_the_instance_alone(open_page: OpenPage) -> None:
    page = open_page("/sign-in", role=None)
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", SHOWN)

    names = page.evaluate(
        "[...new Set([...document.querySelectorAll('*')].map(e => e.localName))].filter(n => n.startsWith('wa-'))"
    )
    missing = page.evaluate("names => names.filter(name => !customElements.get(name))", names)

    assert (14, []) == (len(names), missing)
    page.evaluate("document.getElementById('dialog').open = true")
    expect(page.get_by_role("button", name="Cerrar")).to_be_visible()
    assert page.evaluate("dialog.shadowRoot.querySelector('wa-icon').shadowRoot.querySelector('path') !== null")
    page.evaluate("document.getElementById('dialog').open = false")
    page.locator("#dropdown button").click()
    page.locator("#tipped").hover()
    expect(page.locator("wa-dropdown-item")).to_be_visible()


def test_components_speak_english_too(open_page: OpenPage) -> None:
    page = open_page("/sign-in", role=None, language="en")
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", SHOWN)
    page.evaluate("document.getElementById('dialog').open = true")

    expect(page.get_by_role("button", name="Close")).to_be_visible()


def test_htmx_asks_the_instance_and_evaluates_nothing(open_page: OpenPage) -> None:
    page = open_page("/sign-in", role=None)
    page.wait_for_function("window.htmx !== undefined")

    assert [False, False] == page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]")
    page.evaluate(
        """() => { const main = document.querySelector('main');
        main.insertAdjacentHTML('beforeend', '<div id="got"></div>' +
          '<button id="ask" hx-get="/sign-in" hx-target="#got" hx-select="h1">?</button>');
        htmx.process(main) }"""
    )
    page.locator("#ask").click()
    expect(page.locator("h1")).to_have_count(2)


def test_every_kind_of_chart_is_drawn(open_page: OpenPage) -> None:
    page = open_page("/sign-in", role=None)

    drawn = page.evaluate(
        """async () => {
        const { init } = await import('/static/vendor/charts.js');
        const axes = { xAxis: { type: 'category' }, yAxis: { type: 'category' } }, data = [[0, 0, 1], [1, 1, 2]];
        const links = [{ source: 'a', target: 'b', value: 1 }], nodes = [{ name: 'a' }, { name: 'b' }];
        const options = [
          { xAxis: { type: 'category' }, yAxis: {}, dataset: { source: [['x', 'y'], ['a', 1], ['b', 2]] },
            series: [{ type: 'bar' }, { type: 'line' }], legend: {},
            tooltip: { trigger: 'axis' }, aria: { enabled: true } },
          { series: [{ type: 'pie', data: [{ name: 'a', value: 1 }] }], tooltip: {} },
          { series: [{ type: 'graph', layout: 'force', data: nodes, links }] },
          { series: [{ type: 'sankey', data: nodes, links }] },
          { ...axes, visualMap: { min: 0, max: 2 }, series: [{ type: 'heatmap', data }] },
        ];
        return options.map((option) => {
          const place = document.createElement('div');
          document.querySelector('main').append(place);
          const chart = init(place, null, { width: 300, height: 200 });
          chart.setOption({ animation: false, ...option });
          chart.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: 0 });
          return [place.querySelector('canvas') !== null, chart.getOption().series.length, place.textContent];
        });
        }"""
    )

    assert [[True, 2, ""], [True, 1, ""], [True, 1, ""], [True, 1, ""], [True, 1, ""]] == drawn
