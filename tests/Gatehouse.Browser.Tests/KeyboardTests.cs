
namespace Gatehouse.Browser.Tests;

/// <summary>A person without a mouse reaches and uses every control.</summary>
public sealed class KeyboardTests(Chromium chromium)
{
    private const string Focused =
        "(() => { const one = document.activeElement; return one.tagName === 'BUTTON' ? `${one.name}=${one.value}` : one.tagName; })()";

    [Theory]
    [InlineData("consent", "provider=corp", "decision=deny")]
    [InlineData("consent-everything", "provider=corp", "provider=partner", "decision=deny")]
    [InlineData("confirmation", "A", "decision=continue", "decision=other", "decision=deny")]
    [InlineData("connect", "decision=continue", "decision=deny")]
    [InlineData("grants", "decision=sign-out", "grant=grant-1", "grant=grant-2", "grant=grant-3", "decision=everywhere")]
    public async Task Tab_ReachesEveryControlInOrder_AndItsFocusIsSeen(string name, params string[] controls)
    {
        await using var window = await chromium.OpenAsync();
        await window.GoToAsync(name);
        foreach (var control in controls)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            Assert.Equal(control, await window.Page.EvaluateAsync<string>(Focused));
            Assert.Equal("solid 3px", await window.Page.EvaluateAsync<string>(
                "(() => { const style = getComputedStyle(document.activeElement); return `${style.outlineStyle} ${style.outlineWidth}`; })()"));
        }

        Assert.Equal(controls.Length, await window.Page.Locator("button, a, input:not([type=hidden]), select, textarea").CountAsync());
    }

    [Fact]
    public async Task LinkOfTheForwardPage_IsReached()
    {
        await using var window = await chromium.OpenAsync();
        await window.GoToPathAsync("/forward/English");
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("A", await window.Page.EvaluateAsync<string>(Focused));
    }

    [Theory]
    [InlineData("consent", 1, "/oauth/consent", "provider=corp&request=")]
    [InlineData("consent", 2, "/oauth/consent", "decision=deny&request=")]
    [InlineData("confirmation", 2, "/oauth/confirm", "decision=continue&request=")]
    [InlineData("confirmation", 3, "/oauth/confirm", "decision=other&request=")]
    [InlineData("connect", 1, "/connect", "decision=continue&request=")]
    [InlineData("grants", 3, "/oauth/grants", "grant=grant-2&request=")]
    [InlineData("grants", 5, "/oauth/grants", "decision=everywhere&request=")]
    [Trait("Requirement", "C04")]
    public async Task Enter_SendsTheDecision_WithOurOrigin_WithoutScript(string name, int tabs, string path, string fields)
    {
        await using var window = await chromium.OpenAsync(scripts: false);
        await window.GoToAsync(name);
        for (var tab = 0; tab < tabs; tab++) await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal(fields[..fields.IndexOf('&', StringComparison.Ordinal)], await window.Page.EvaluateAsync<string>(Focused));
        // Waiting begins before the key: a navigation that ends between a look at the address and the start of the wait is never reported.
        var arrival = window.Page.WaitForURLAsync("**/arrived");
        await window.Page.Keyboard.PressAsync("Enter");
        await arrival;
        Assert.Contains($"{path} {chromium.Host.Origin} {fields}{SamplePages.Sealed}", chromium.Host.Posted);
    }
}
