using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.Browser.Tests;

/// <summary>The pages are judged by axe: the success criteria of WCAG 2.2, A and AA, that a program can decide, contrast among them.</summary>
public sealed class AccessibilityTests(Chromium chromium)
{
    // The page has axe from the run before. Of its rules only contrast depends on colours.
    private const string Contrast =
        """
        async () => (await axe.run({ runOnly: ['color-contrast'], resultTypes: ['violations'] })).violations
            .flatMap(violation => violation.nodes.map(node => `dark: ${violation.id}: ${violation.help}: ${node.html}`))
        """;

    private static readonly AxeRunOptions OnlyViolations = new() { ResultTypes = [ResultType.Violations] };

    [Theory]
    [InlineData(nameof(PageLanguage.English))]
    [InlineData(nameof(PageLanguage.German))]
    [InlineData(nameof(PageLanguage.Danish))]
    [InlineData(nameof(PageLanguage.Chinese))]
    [Trait("Requirement", "OB-02")]
    public async Task Page_HasNoViolation_InLightAndDark(string language)
    {
        await using var window = await chromium.OpenAsync();
        var faults = new List<string>();
        foreach (var path in PageHost.PathsOf(Enum.Parse<PageLanguage>(language)))
        {
            await window.SchemeAsync("light");
            await window.GoToPathAsync(path);
            faults.AddRange((await LightAsync(window)).Select(fault => $"{path} {fault}"));
            await window.SchemeAsync("dark");
            faults.AddRange((await window.Page.EvaluateAsync<string[]>(Contrast)).Select(fault => $"{path} {fault}"));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    // A test that finds nothing shows nothing: with a text that is too pale in one scheme, axe reports it there.
    [Fact]
    public async Task Contrast_IsMeasuredInBothSchemes()
    {
        await using var window = await chromium.OpenAsync();
        await window.GoToAsync("fault");
        await window.Page.EvaluateAsync("document.querySelector('.lead').style.color = '#555'");
        Assert.Empty(await LightAsync(window));
        await window.SchemeAsync("dark");
        Assert.Contains("color-contrast", Assert.Single(await window.Page.EvaluateAsync<string[]>(Contrast)), StringComparison.Ordinal);
        await window.SchemeAsync("light");
        await window.Page.EvaluateAsync("document.querySelector('.lead').style.color = '#bbb'");
        Assert.Contains("color-contrast", Assert.Single(await LightAsync(window)), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> LightAsync(Window window)
    {
        var result = await window.Page.RunAxe(OnlyViolations);
        Assert.NotEmpty(result.Passes);
        return [.. from violation in result.Violations from node in violation.Nodes select $"light: {violation.Id}: {violation.Help}: {node.Html}"];
    }
}
