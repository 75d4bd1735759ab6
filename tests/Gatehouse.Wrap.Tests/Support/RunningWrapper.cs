using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Gatehouse.Ipc;
using Gatehouse.Testing;

namespace Gatehouse.Wrap.Tests.Support;

/// <summary>A wrapper in this process, with a client and a clock that are the test's. Its server is <c>cat</c>.</summary>
internal sealed class RunningWrapper : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gw").FullName; // short: the path of a socket has at most 107 bytes
    private readonly Pipe input = new();
    private Wrapper? wrapper;

    public RunningWrapper() => Places = new RuntimePaths(Path.Join(folder, "s"), Path.Join(folder, "r"), Path.Join(folder, "personal.yaml"));

    public RuntimePaths Places { get; }

    public ManualTimeProvider Clock { get; } = new();

    public HeldOutput Output { get; } = new();

    /// <summary>The exit code, at the end.</summary>
    public Task<int> Exit { get; private set; } = Task.FromResult(-1);

    /// <summary>Starts it. <paramref name="places"/> finds the paths in place of the usual ones.</summary>
    public void Start(Func<RuntimePaths>? places = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the socket and the server are those of Unix");
        wrapper = new Wrapper(new WrapArguments("server", [], ["/bin/cat"]), input.Reader.AsStream(), Output, places ?? (() => Places), Clock);
        Exit = Task.Run(wrapper.RunAsync);
    }

    /// <summary>The client sends a line.</summary>
    public async Task SayAsync(string line) => await input.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>The client sends a request.</summary>
    public Task AskAsync(int id) => SayAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"ping"}""");

    /// <summary>Waits for the next answer after <paramref name="before"/> of them, and returns it.</summary>
    public async Task<JsonElement> AnswerAsync(int before = 0)
    {
        await Eventually.TrueAsync(() => Output.Lines.Length > before, "the client has the answer");
        return JsonDocument.Parse(Output.Lines[before]).RootElement;
    }

    /// <summary>Takes both connections, and waits until the wrapper has taken the welcome.</summary>
    public async Task<ScriptedHost.Served> WelcomedAsync(ScriptedHost host)
    {
        var served = await host.WelcomeAsync();
        await Eventually.TrueAsync(() => Clock.Planned == 0, "the wrapper has the welcome");
        return served;
    }

    /// <summary>Waits for the pause of the wrapper, and ends it. <paramref name="before"/> looks at its last millisecond.</summary>
    public async Task PauseAsync(int milliseconds, Action? before = null)
    {
        await Eventually.TrueAsync(() => Clock.Planned == 1, $"the wrapper pauses for {milliseconds} ms");
        Clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(1, Clock.Planned);
        before?.Invoke();
        Clock.Advance(TimeSpan.FromMilliseconds(1));
    }

    /// <summary>The client closes its end; returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await input.Writer.CompleteAsync();
        return await Exit.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Output.Release();
        await input.Writer.CompleteAsync();
        if (wrapper is not null)
        {
            await Eventually.AdvancedAsync(Clock, TimeSpan.FromSeconds(1), Exit);
            await wrapper.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }
}
