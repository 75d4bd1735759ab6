using System.Collections.Concurrent;
using Gatehouse.AuthorizationServer.Pages;
using Microsoft.Playwright;

namespace Gatehouse.Browser.Tests;

/// <summary>One window of the browser.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly PageHost host;
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> console = new();

    public Window(PageHost host, IBrowserContext context, IPage page)
    {
        (this.host, this.context, Page) = (host, context, page);
        page.Console += (_, message) => console.Enqueue($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => console.Enqueue($"error: {error}");
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Lines of the console: each violation of the policy is one.</summary>
    public IReadOnlyCollection<string> Console => console;

    /// <summary>Opens one of the sample pages.</summary>
    public Task<IResponse?> GoToAsync(string name, PageLanguage language = PageLanguage.English) => GoToPathAsync(PageHost.PathOf(name, language));

    /// <summary>Opens a path of the host, and waits until the page was painted.</summary>
    /// <remarks>Chromium drops the keys that are pressed before the first paint of a document. A picture is taken of painted pages alone.</remarks>
    public async Task<IResponse?> GoToPathAsync(string path)
    {
        var response = await Page.GotoAsync(host.Origin + path);
        await Page.ScreenshotAsync();
        return response;
    }

    /// <summary>Has the page believe in a scheme of colours.</summary>
    public Task SchemeAsync(string scheme) =>
        Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light });

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
