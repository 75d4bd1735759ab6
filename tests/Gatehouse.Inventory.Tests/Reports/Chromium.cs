using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace Gatehouse.Inventory.Tests.Reports;

/// <summary>One page in Chromium without a window, driven over the DevTools protocol on loopback.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-page-");
    private readonly ClientWebSocket socket = new();
    private readonly List<JsonElement> events = [];
    private Process? process;
    private string session = "";
    private int lastId;

    /// <summary>The program; null where none is installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Join(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Requests of the page since it was opened, by address.</summary>
    public IEnumerable<string> Requests => from one in events
                                           where one.GetProperty("method").GetString() == "Network.requestWillBeSent"
                                           select one.GetProperty("params").GetProperty("request").GetProperty("url").GetString();

    public async ValueTask InitializeAsync()
    {
        if (Program is null) return;
        process = Process.Start(new ProcessStartInfo(Program,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0", $"--user-data-dir={folder.FullName}",
        ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        const string announced = "DevTools listening on ";
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(announced, StringComparison.Ordinal) == true) address.TrySetResult(new Uri(line.Data[announced.Length..]));
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await socket.ConnectAsync(await address.Task.WaitAsync(Patience), CancellationToken.None);
        var target = await SendAsync("Target.createTarget", new { url = "about:blank" });
        var attached = await SendAsync("Target.attachToTarget", new { targetId = target.GetProperty("targetId").GetString(), flatten = true });
        session = attached.GetProperty("sessionId").GetString()!;
        await SendAsync("Page.enable", new { });
        await SendAsync("Network.enable", new { });
    }

    /// <summary>Shows a page at a size.</summary>
    public async Task OpenAsync(string html, int width = 1280, int height = 900, string scheme = "light")
    {
        Assert.SkipWhen(Program is null, "Chromium is missing on PATH");
        var file = Path.Join(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"page-{lastId}.html"));
        await File.WriteAllTextAsync(file, html);
        await SendAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });
        await MediaAsync("", scheme);
        events.Clear();
        await SendAsync("Page.navigate", new { url = new Uri(file).AbsoluteUri });
        while (!events.Any(one => one.GetProperty("method").GetString() == "Page.loadEventFired")) Keep(await ReceiveAsync());
    }

    /// <summary>Has the page believe in a medium and a scheme of colours.</summary>
    public Task MediaAsync(string medium, string scheme) => SendAsync("Emulation.setEmulatedMedia",
        new { media = medium, features = new[] { new { name = "prefers-color-scheme", value = scheme }, new { name = "prefers-reduced-motion", value = "reduce" } } });

    /// <summary>The value of an expression in the page, through JSON.</summary>
    public async Task<T> ValueAsync<T>(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new { expression = $"JSON.stringify({expression})" });
        if (answer.TryGetProperty("exceptionDetails", out var fault)) Assert.Fail($"{expression}: {fault}");
        return JsonSerializer.Deserialize<T>(answer.GetProperty("result").GetProperty("value").GetString()!)!;
    }

    /// <summary>Presses and releases one key.</summary>
    public async Task PressAsync(string key, string code, string text)
    {
        await SendAsync("Input.dispatchKeyEvent", new { type = "keyDown", key, code, text });
        await SendAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, code });
    }

    /// <summary>What is in the window, as PNG.</summary>
    public async Task<byte[]> PictureAsync() => (await SendAsync("Page.captureScreenshot", new { format = "png" })).GetProperty("data").GetBytesFromBase64();

    /// <summary>The page as it is printed.</summary>
    public async Task<byte[]> PrintAsync() =>
        (await SendAsync("Page.printToPDF", new { preferCSSPageSize = true, printBackground = true })).GetProperty("data").GetBytesFromBase64();

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private async Task<JsonElement> SendAsync(string method, object parameters)
    {
        var id = ++lastId;
        var message = new Dictionary<string, object> { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session.Length > 0) message["sessionId"] = session;
        using var limit = new CancellationTokenSource(Patience);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        while (true)
        {
            var answer = await ReceiveAsync();
            if (!answer.TryGetProperty("id", out var answered) || answered.GetInt32() != id) Keep(answer);
            else if (answer.TryGetProperty("error", out var error)) throw new InvalidOperationException($"{method}: {error}");
            else return answer.GetProperty("result");
        }
    }

    private void Keep(JsonElement message)
    {
        if (message.TryGetProperty("method", out _)) events.Add(message);
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var whole = new MemoryStream();
        var part = new byte[1 << 16];
        ValueWebSocketReceiveResult got;
        do
        {
            got = await socket.ReceiveAsync(part.AsMemory(), limit.Token);
            whole.Write(part, 0, got.Count);
        }
        while (!got.EndOfMessage);
        whole.Position = 0;
        return (await JsonDocument.ParseAsync(whole, cancellationToken: limit.Token)).RootElement;
    }
}
