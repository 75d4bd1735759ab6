using System.Globalization;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Reports;

/// <summary>The HTML report as a browser lays it out: what is seen first, filters, contrast, print, and that it loads nothing.</summary>
[Trait("Requirement", "IN-01")]
public sealed class ReportPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Shown = "[...document.querySelectorAll('.finding')].filter(e => e.checkVisibility()).length";

    // Text and the nearest background that is not transparent, by WCAG 2.2, 1.4.3.
    private const string LowContrast =
        """
        (() => {
          const parts = colour => colour.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } };
          return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => { const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
              return { what: e.tagName + '.' + e.className, ratio: (a + 0.05) / (b + 0.05) }; })
            .filter(one => one.ratio < 4.5).map(one => one.what + ' ' + one.ratio.toFixed(2));
        })()
        """;

    public static TheoryData<string, int> Layouts =>
        new(from name in new[] { "alice", "none", "one", "2000", "hostile" } from width in new[] { 360, 768, 1280 } select (name, width));

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Summary_IsSeenFirst_AndNothingLeavesThePage(string name, int width)
    {
        await chromium.OpenAsync(HtmlReport.Render(await ReportAsync(name)), width);
        Assert.Equal(width, await chromium.ValueAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await chromium.ValueAsync<string[]>(
            "[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))"));
        Assert.True(await chromium.ValueAsync<bool>("[...document.querySelectorAll('.tile b')].every(e => e.scrollWidth <= e.clientWidth)"));
        Assert.True(await chromium.ValueAsync<bool>(
            "document.querySelector('#summary').getBoundingClientRect().bottom <= document.querySelector('#findings').getBoundingClientRect().top"));
        if (name == "alice")
            Assert.InRange(await chromium.ValueAsync<double>("document.querySelector('.tiles').getBoundingClientRect().bottom"), 0, 900);
        // The policy permits the page's own style, and nothing else was asked for.
        Assert.NotEqual("0px", await chromium.ValueAsync<string>("getComputedStyle(document.querySelector('.grade')).borderTopLeftRadius"));
        Assert.Single(chromium.Requests);
        Assert.Equal("Gatehouse scan of MCP servers", await chromium.ValueAsync<string>("document.title"));
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Contrast_IsEnoughInBothSchemes(string scheme)
    {
        foreach (var name in new[] { "alice", "none", "hostile" })
        {
            await chromium.OpenAsync(HtmlReport.Render(await ReportAsync(name)), scheme: scheme);
            Assert.Empty(await chromium.ValueAsync<string[]>(LowContrast));
        }

        Assert.Equal(scheme == "dark", await chromium.ValueAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 100"));
    }

    [Fact]
    public async Task Filters_HideWhatIsNotChosen_AndTheKeyboardSetsThem()
    {
        var report = SampleScan.Of(400);
        await chromium.OpenAsync(HtmlReport.Render(report));
        await chromium.ValueAsync<bool>("[...document.querySelectorAll('details')].every(e => e.open = true)");
        Assert.Equal(400, await chromium.ValueAsync<int>(Shown));

        await chromium.ValueAsync<bool>("document.querySelector('#s-high').focus() ?? true");
        await chromium.PressAsync(" ", "Space", " ");
        Assert.Equal(Count(finding => finding.Rule.Severity != Severity.High), await chromium.ValueAsync<int>(Shown));
        Assert.False(await chromium.ValueAsync<bool>("[...document.querySelectorAll('.group.high')].some(e => e.checkVisibility())"));

        await chromium.ValueAsync<bool>("document.querySelector('#sure').click() ?? true");
        var cursor = "[...document.querySelectorAll('.options label')].find(e => e.innerText.includes('Cursor')).querySelector('input')";
        await chromium.ValueAsync<bool>($"{cursor}.click() ?? true");
        Assert.Equal(
            Count(finding => finding is { Confidence: Confidence.High, Client: "Cursor" } && finding.Rule.Severity != Severity.High),
            await chromium.ValueAsync<int>(Shown));
        // A group without a row has no heading either.
        Assert.Empty(await chromium.ValueAsync<string[]>(
            "[...document.querySelectorAll('.group')].filter(e => e.checkVisibility() && ![...e.querySelectorAll('.finding')].some(f => f.checkVisibility())).map(e => e.className)"));

        await chromium.ValueAsync<bool>("document.querySelector('.filters button').click() ?? true");
        Assert.Equal(400, await chromium.ValueAsync<int>(Shown));

        int Count(Func<Finding, bool> chosen) => report.Findings.Count(chosen);
    }

    [Fact]
    public async Task Filters_ThatLeaveNothing_SayIt()
    {
        await chromium.OpenAsync(HtmlReport.Render(SampleScan.Of(40)));
        Assert.False(await chromium.ValueAsync<bool>("document.querySelector('.empty').checkVisibility()"));
        await chromium.ValueAsync<bool>("[...document.querySelectorAll('[id^=s-]')].forEach(e => e.click()) ?? true");
        Assert.Equal(0, await chromium.ValueAsync<int>(Shown));
        Assert.True(await chromium.ValueAsync<bool>("document.querySelector('.empty').checkVisibility()"));
    }

    [Fact]
    public async Task Everything_HasANameAndAnOrder()
    {
        await chromium.OpenAsync(HtmlReport.Render(await ReportAsync("alice")));
        Assert.Empty(await chromium.ValueAsync<string[]>(
            "[...document.querySelectorAll('input, button')].filter(e => !(e.labels?.[0] ?? e).innerText.trim() || e.tabIndex < 0).map(e => e.outerHTML)"));
        Assert.Empty(await chromium.ValueAsync<string[]>(
            "[...document.querySelectorAll('fieldset')].filter(e => e.firstElementChild.tagName !== 'LEGEND').map(e => e.outerHTML)"));
        var levels = await chromium.ValueAsync<int[]>("[...document.querySelectorAll('h1, h2, h3, h4')].map(e => +e.tagName[1])");
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second > 1 && pair.Second <= pair.First + 1));
        Assert.Empty(await chromium.ValueAsync<string[]>(
            "[...document.querySelectorAll('a')].filter(e => !document.getElementById(e.hash.slice(1))).map(e => e.outerHTML)"));
        Assert.Equal(0, await chromium.ValueAsync<int>("(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))"));
    }

    [Fact]
    public async Task Print_ShowsEverythingOnA4_WhateverIsChosen()
    {
        await chromium.OpenAsync(HtmlReport.Render(SampleScan.Of(300)), scheme: "dark");
        await chromium.ValueAsync<bool>("document.querySelector('#s-high').click() ?? true");
        Assert.InRange(await chromium.ValueAsync<int>(Shown), 0, 100); // most groups are closed
        await chromium.MediaAsync("print", "dark");
        Assert.Equal(300, await chromium.ValueAsync<int>(Shown));
        Assert.Equal(0, await chromium.ValueAsync<int>("[...document.querySelectorAll('nav, .filters')].filter(e => e.checkVisibility()).length"));
        Assert.Equal("rgb(255, 255, 255)", await chromium.ValueAsync<string>("getComputedStyle(document.body).backgroundColor"));
        var printed = Encoding.Latin1.GetString(await chromium.PrintAsync());
        var (width, height) = (210 / 25.4 * 72, 297 / 25.4 * 72);
        var box = printed[(printed.IndexOf("/MediaBox [", StringComparison.Ordinal) + 11)..].Split(']')[0].Split(' ')
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(box[2], width - 1, width + 1);
        Assert.InRange(box[3], height - 1, height + 1);
    }

    [Fact]
    public async Task Step_LeadsToItsFinding_AlsoWhereTheGroupIsClosed()
    {
        await chromium.OpenAsync(HtmlReport.Render(SampleScan.Of(2000)));
        var step = "document.querySelector('.first li:nth-child(5) a')";
        Assert.False(await chromium.ValueAsync<bool>($"document.querySelector({step}.hash).checkVisibility()"));
        await chromium.ValueAsync<bool>($"{step}.click() ?? true");
        await Eventually.TrueAsync(async () => await chromium.ValueAsync<bool>($"document.querySelector({step}.hash).checkVisibility()"), "the step's finding is shown");
    }

    private static async Task<ScanReport> ReportAsync(string name) => name switch
    {
        "alice" => await SampleScan.OfAliceAsync(),
        "hostile" => SampleScan.Hostile(),
        "none" => SampleScan.Empty(),
        "one" => SampleScan.Of(1),
        _ => SampleScan.Of(int.Parse(name, CultureInfo.InvariantCulture)),
    };
}
