using Gatehouse.AuthorizationServer.Pages;
using Microsoft.Playwright;

namespace Gatehouse.Browser.Tests;

/// <summary>The headers of the pages hold in a browser, and the pages need nothing that they forbid.</summary>
[Trait("Requirement", "G05")]
public sealed class PolicyTests(Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_BreakNothingOfTheirPolicy_WithAndWithoutScript(bool scripts)
    {
        await using var window = await chromium.OpenAsync(scripts: scripts);
        foreach (var path in PageHost.PathsOf(PageLanguage.English))
        {
            Assert.Equal(200, (await window.GoToPathAsync(path))!.Status);
            Assert.True(await window.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 }).IsVisibleAsync());
        }

        Assert.Empty(window.Console);
    }

    [Theory]
    [InlineData("light", "rgb(238, 241, 245)")]
    [InlineData("dark", "rgb(13, 17, 23)")]
    public async Task Style_IsThatOfTheReadersScheme(string scheme, string background)
    {
        await using var window = await chromium.OpenAsync(scheme);
        await window.GoToAsync("consent");
        Assert.Equal(background, await window.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task InjectedScriptAndStyle_DoNothing()
    {
        await using var window = await chromium.OpenAsync();
        await window.GoToPathAsync("/injected");
        Assert.Equal("Allow access? – Gatehouse", await window.Page.TitleAsync());
        Assert.NotEqual("rgb(1, 2, 3)", await window.Page.EvaluateAsync<string>("getComputedStyle(document.getElementById('styled')).color"));
        Assert.Equal(2, window.Console.Count(line => line.Contains("Content Security Policy", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Requirement", "C05")]
    public async Task Frame_OfAnotherPage_StaysEmpty()
    {
        await using var window = await chromium.OpenAsync();
        await window.GoToPathAsync("/frame");
        var frame = window.Page.Frames.Single(frame => frame != window.Page.MainFrame);
        Assert.Equal(0, await frame.Locator("button").CountAsync());
        Assert.Contains(window.Console, line => line.Contains("frame-ancestors", StringComparison.Ordinal));
    }

    // Chromium applies form-action to the redirect that answers a form, and to each one after it.
    [Theory]
    [InlineData("listed=yes&hop=once", true)]
    [InlineData("listed=no&hop=once", false)]
    [InlineData("listed=yes&hop=twice", false)]
    public async Task Form_ReachesTheTargetThatItsPolicyLists_AndNoOther(string form, bool arrives)
    {
        await using var window = await chromium.OpenAsync();
        await window.GoToPathAsync("/form?" + form);
        await ClickAsync(window, arrives ? "**/arrived" : null);
        Assert.Equal(arrives, window.Page.Url.EndsWith("/arrived", StringComparison.Ordinal));
    }

    // A provider that federates, and a client that leaves its redirect URI, redirect to hosts that no policy of ours can list.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForwardPage_LeavesTheFormBehind_SoThatFurtherRedirectsAreFree(bool scripts)
    {
        await using var window = await chromium.OpenAsync(scripts: scripts);
        await window.GoToPathAsync("/form?listed=no&hop=forward");
        await ClickAsync(window, "**/arrived?code=a%27b&state=%22c");
        Assert.Empty(window.Console);
    }

    private static async Task ClickAsync(Window window, string? address)
    {
        var violation = new PageWaitForConsoleMessageOptions { Predicate = message => message.Text.Contains("form-action", StringComparison.Ordinal) };
        var end = address is null ? (Task)window.Page.WaitForConsoleMessageAsync(violation) : window.Page.WaitForURLAsync(address);
        await window.Page.Locator("button").First.ClickAsync();
        await end;
    }
}
