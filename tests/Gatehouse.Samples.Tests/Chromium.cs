using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Gatehouse.Samples.Tests.Chromium))]

namespace Gatehouse.Samples.Tests;

/// <summary>The system's Chromium without a window, driven by Playwright.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // The sandbox needs rights that containers do not have. Nothing but loopback is spoken to.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--metrics-recording-only", "--no-pings",
    ];

    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Join(folder, name))).FirstOrDefault(File.Exists);

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Arguments });
    }

    /// <summary>Begins a window of its own, with nothing remembered. The person of the test goes past the warning about a test certificate.</summary>
    internal async Task<IPage> OpenAsync()
    {
        Assert.SkipWhen(browser is null, "Chromium is missing on PATH");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions { IgnoreHTTPSErrors = true });
        context.SetDefaultTimeout(60_000);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
