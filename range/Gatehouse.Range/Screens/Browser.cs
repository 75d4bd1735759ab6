using System.Diagnostics;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Screens;

/// <summary>Opens a page in Chromium without a window and tells what became of it.</summary>
internal static class Browser
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The start tag of the page's root after everything that loads has loaded.</summary>
    public static async Task<string> RootAfterLoadingAsync(RangeFixture fixture, string page)
    {
        var folder = fixture.AnotherFolder("page");
        var file = Path.Combine(folder, "page.html");
        await File.WriteAllTextAsync(file, page).ConfigureAwait(false);
        var start = new ProcessStartInfo(fixture.Tools.Browser!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage", "--virtual-time-budget=1500", $"--user-data-dir={folder}", "--dump-dom", new Uri(file).AbsoluteUri,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the browser did not start");
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var noise = process.StandardError.ReadToEndAsync(limit.Token);
            var dom = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await noise.ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            var begin = dom.IndexOf("<html", StringComparison.Ordinal);
            return begin < 0 ? throw new InvalidOperationException("the browser showed nothing") : dom[begin..(dom.IndexOf('>', begin) + 1)];
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
