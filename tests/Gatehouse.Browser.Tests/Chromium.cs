using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Gatehouse.Browser.Tests.Chromium))]

namespace Gatehouse.Browser.Tests;

/// <summary>The system's Chromium without a window, driven by Playwright, and the pages that it opens. One for all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // The sandbox needs rights that containers do not have. Nothing but loopback is spoken to.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--metrics-recording-only", "--no-pings",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The program; null where none is installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Join(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>The server of the pages.</summary>
    internal PageHost Host { get; } = new();

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        await Host.StartAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Arguments });
    }

    /// <summary>Begins a window of its own, with nothing remembered. Skips the test where there is no browser.</summary>
    internal async Task<Window> OpenAsync(string scheme = "light", int width = 1280, int height = 900, bool scripts = true)
    {
        Assert.SkipWhen(browser is null, "Chromium is missing on PATH");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = scripts,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return new Window(Host, context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        await Host.DisposeAsync();
    }
}
