using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.Browser.Tests;

/// <summary>No page scrolls sideways or cuts a text, whatever the zoom and however long the names (WCAG 2.2, 1.4.4 and 1.4.10).</summary>
public sealed class LayoutTests(Chromium chromium)
{
    // What is wider than its place: of the page, or of an element that hides the rest. What only screen readers read is hidden on purpose.
    private const string TooWide =
        """
        [...document.querySelectorAll('html, body *:not(.unseen):not(.unseen *)')].filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
            || one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(one => one.outerHTML.slice(0, 160))
        """;

    // 320 px are 1280 px at a zoom of 400 %, 640 px those at 200 %. Text may also grow by itself.
    private static readonly (int Width, int TextPercent)[] Zooms = [(320, 100), (320, 200), (640, 100), (640, 200), (1280, 200)];

    [Theory]
    [InlineData(nameof(PageLanguage.English))]
    [InlineData(nameof(PageLanguage.German))]
    [InlineData(nameof(PageLanguage.Danish))]
    [InlineData(nameof(PageLanguage.Chinese))]
    public async Task Page_FitsItsWidth(string language)
    {
        await using var window = await chromium.OpenAsync();
        var faults = new List<string>();
        foreach (var path in PageHost.PathsOf(Enum.Parse<PageLanguage>(language)))
        {
            await window.GoToPathAsync(path);
            foreach (var (width, textPercent) in Zooms)
            {
                await window.Page.SetViewportSizeAsync(width, 900);
                await window.Page.EvaluateAsync($"document.documentElement.style.fontSize = '{textPercent}%'");
                faults.AddRange((await window.Page.EvaluateAsync<string[]>(TooWide)).Select(fault => $"{path} {width} {textPercent}: {fault}"));
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
