using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Gatehouse.Ipc;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>Plays a wrapper: its client and its child are the test.</summary>
internal sealed class FakeWrapper : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IpcConnection client;
    private readonly IpcConnection child;
    private readonly StringBuilder fromHost = new();
    private readonly StringBuilder forChild = new();
    private long lastNumber;

    private FakeWrapper(IpcConnection client, IpcConnection child) => (this.client, this.child) = (client, child);

    /// <summary>The sealed handle that the host gave; empty before a session began.</summary>
    public string Session { get; private set; } = "";

    /// <summary>True once the host said that it is done.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Numbers of lines that got no answer.</summary>
    public List<long> Settled { get; } = [];

    /// <summary>The sentence for the person with which the host agreed; empty for none.</summary>
    public string Note { get; private init; } = "";

    /// <summary>Lines for the person.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Says hello and plays a child that runs; the host must agree.</summary>
    public static async Task<FakeWrapper> ConnectAsync(RuntimePaths places, ClientHello hello)
    {
        var (connection, answer) = await HelloAsync(places, hello);
        Assert.True(answer.Kind == FrameKind.Welcome, $"{answer.Kind}: {Encoding.UTF8.GetString(answer.Payload.Span)}");
        var welcome = ServerHello.Parse(answer.Payload);
        var child = (await IpcConnection.TryConnectAsync(places, default))!;
        await child.Writer.WriteAsync(FrameKind.Hello, new ClientHello { Ticket = welcome.Ticket, ProcessId = Environment.ProcessId }.ToUtf8Json(),
            default);
        return new FakeWrapper(connection, child) { Note = welcome.Note };
    }

    /// <summary>The host's answer to a hello.</summary>
    public static async Task<(IpcConnection Connection, Frame Answer)> HelloAsync(RuntimePaths places, ClientHello hello)
    {
        var connection = (await IpcConnection.TryConnectAsync(places, default))!;
        if (hello.Configuration.Length == 0) hello = hello with { Configuration = places.Configuration };
        await connection.Writer.WriteAsync(FrameKind.Hello, hello.ToUtf8Json(), default);
        return (connection, (await connection.Reader.ReadAsync(FrameFormat.MaxHelloBytes, default).AsTask().WaitAsync(Patience))!.Value);
    }

    /// <summary>The client writes a line.</summary>
    public Task SayAsync(string line) => client.Writer.WriteAsync(FrameKind.Line, ++lastNumber, Encoding.UTF8.GetBytes(line), default).AsTask();

    public Task SayTooLongAsync() => client.Writer.WriteAsync(FrameKind.LineTooLong, ++lastNumber, default, default).AsTask();

    public Task CloseInputAsync() => client.Writer.WriteAsync(FrameKind.ClientEnd, default).AsTask();

    /// <summary>Waits until a request was settled without an answer; nothing else may come before.</summary>
    public async Task HearSettledAsync()
    {
        if (Settled.Count > 0) return;
        var frame = (await client.Reader.ReadAsync(1 << 20, default).AsTask().WaitAsync(Patience))!.Value;
        Assert.Equal(FrameKind.Settled, frame.Kind);
        Settled.Add(BinaryPrimitives.ReadInt64BigEndian(frame.Payload.Span));
    }

    /// <summary>The next line for the client; null when the host is done or gone.</summary>
    public async Task<string?> HearAsync()
    {
        while (await client.Reader.ReadAsync(1 << 20, default).AsTask().WaitAsync(Patience) is { } frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Session:
                    Session = Encoding.ASCII.GetString(frame.Payload.Span);
                    break;
                case FrameKind.Notice:
                    Notices.Add(Encoding.UTF8.GetString(frame.Payload.Span));
                    break;
                case FrameKind.Settled:
                    Settled.Add(BinaryPrimitives.ReadInt64BigEndian(frame.Payload.Span));
                    break;
                case FrameKind.Done:
                    IsDone = true;
                    return null;
                case FrameKind.LinePart:
                    fromHost.Append(Encoding.UTF8.GetString(frame.Payload.Span));
                    break;
                default:
                    var line = fromHost.Append(Encoding.UTF8.GetString(frame.Payload.Span[FrameFormat.NumberBytes..])).ToString();
                    fromHost.Clear();
                    Assert.EndsWith("\n", line, StringComparison.Ordinal);
                    Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
                    return line.TrimEnd('\n');
            }
        }

        return null;
    }

    public async Task<JsonElement> HearJsonAsync() =>
        JsonDocument.Parse(await HearAsync() ?? throw new InvalidOperationException("nothing more is said")).RootElement;

    /// <summary>The next line that the child gets.</summary>
    public async Task<string> ChildHearsAsync()
    {
        while (true)
        {
            var text = forChild.ToString();
            if (text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
            {
                forChild.Remove(0, end + 1);
                return text[..end];
            }

            if (await child.Reader.ReadAsync(1 << 20, default).AsTask().WaitAsync(Patience) is not { } frame) return "(gone)";
            if (frame.Kind == FrameKind.EndChild) return "(end)";
            Assert.Equal(FrameKind.Input, frame.Kind);
            forChild.Append(Encoding.UTF8.GetString(frame.Payload.Span));
        }
    }

    public async Task<JsonElement> ChildHearsJsonAsync() => JsonDocument.Parse(await ChildHearsAsync()).RootElement;

    /// <summary>The child prints.</summary>
    public Task ChildPrintsAsync(string text) => child.Writer.WriteAsync(FrameKind.Output, Encoding.UTF8.GetBytes(text), default).AsTask();

    /// <summary>The child answers what it heard.</summary>
    public Task ChildAnswersAsync(JsonElement request, string result) =>
        ChildPrintsAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{request.GetProperty("id").GetRawText()},\"result\":{result}}}\n");

    public Task ChildEndsAsync(int code)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, code);
        return child.Writer.WriteAsync(FrameKind.Exited, bytes, default).AsTask();
    }

    /// <summary>The legacy handshake to its end.</summary>
    public async Task InitializeAsync(string capabilities = "{}")
    {
        await SayAsync($$$$"""{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{{{{capabilities}}}},"clientInfo":{"name":"t","version":"1"}}}""");
        await ChildAnswersAsync(await ChildHearsJsonAsync(),
            """{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}""");
        var answer = await HearJsonAsync();
        Assert.True(answer.TryGetProperty("result", out _), answer.GetRawText());
        Assert.NotEmpty(Session);
        await SayAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        Assert.Equal("notifications/initialized", (await ChildHearsJsonAsync()).GetProperty("method").GetString());
    }

    /// <summary>The child gives its one tool to the host, which asks for the list before it lets a call of it pass.</summary>
    public async Task GiveToolsAsync(params string[] tools)
    {
        var asked = await ChildHearsJsonAsync();
        Assert.Equal("tools/list", asked.GetProperty("method").GetString());
        await ChildAnswersAsync(asked,
            $"{{\"tools\":[{(tools.Length == 0 ? """{"name":"work","inputSchema":{"type":"object"}}""" : string.Join(',', tools))}]}}");
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await child.DisposeAsync();
    }
}
