using Microsoft.Playwright;

namespace Gatehouse.Browser.Tests.SignIn;

/// <summary>A person at a browser who signs in because a client asked for it.</summary>
internal sealed class Person(Window window, string account)
{
    /// <summary>Text of the page that asked before the sign-in.</summary>
    public string Consent { get; private set; } = "";

    /// <summary>Text of the page that asked after it.</summary>
    public string Confirmation { get; private set; } = "";

    /// <summary>Opens what the client gave, agrees, signs in, confirms, and arrives at the client.</summary>
    public async Task<Uri> SignInAsync(string address)
    {
        var returns = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(address).Query)["redirect_uri"].ToString();
        var page = window.Page;
        await page.GotoAsync(address);
        Consent = await page.Locator("main").InnerTextAsync();
        await page.Locator("button[name=provider]").ClickAsync();
        await page.Locator("input[name=account]").FillAsync(account);
        await page.Locator("button").ClickAsync();
        var ready = page.Locator("button[name=decision][value=continue]");
        await ready.WaitForAsync();
        Confirmation = await page.Locator("main").InnerTextAsync();
        var arrival = page.WaitForRequestAsync(request => request.Url.StartsWith(returns + "?", StringComparison.Ordinal));
        await ready.ClickAsync();
        return new Uri((await arrival).Url);
    }
}
