using System.Globalization;
using System.Text;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Witness;
using Gatehouse.Gateway.WitnessHosting;

namespace Gatehouse.Gateway.Tests.Witnesses;

/// <summary>A witness in this process, asked byte for byte.</summary>
internal sealed class RunningWitness : IAsyncDisposable
{
    public const string Name = "witness.example/w1";
    public const string Operator = "Example Org, internal audit";

    private readonly WitnessService service;
    private readonly WitnessListener listener;

    private RunningWitness(WitnessService service, WitnessListener listener) => (this.service, this.listener) = (service, listener);

    public Uri Address => listener.Address;

    public WitnessService Service => service;

    public IReadOnlyList<WitnessKey> Keys => [.. service.Keys.Select(Parse)];

    public static WitnessKey Parse(string line)
    {
        Assert.True(WitnessKey.TryParse(line, out var key, out var fault), fault);
        return key;
    }

    /// <summary>Makes a witness in the folder, or opens the one that is there, and adds the logs that it does not know.</summary>
    public static async Task<RunningWitness> StartAsync(string folder, TimeProvider time, params IEnumerable<NoteKey[]> logs)
    {
        var service = File.Exists(Path.Join(folder, "witness.json")) ? WitnessService.Open(folder, time)
            : WitnessService.Create(folder, Name, Operator, time);
        foreach (var keys in logs.Where(keys => service.Logs.All(log => log.Origin != keys[0].Name))) service.AddFirst(keys);
        return new RunningWitness(service,
            await WitnessListener.StartAsync(new WitnessListenerOptions { Witness = service, Listen = new Uri("http://127.0.0.1:0"), Time = time }));
    }

    /// <summary>Sends a body to <c>/add-checkpoint</c>.</summary>
    public Task<Reply> AddAsync(string body) => SendAsync("POST", "/add-checkpoint", Encoding.UTF8.GetBytes(body));

    public Task<Reply> GetAsync(string path) => SendAsync("GET", path, []);

    public async Task<Reply> SendAsync(string method, string path, byte[] body, string headers = "")
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: {Address.Authority}\r\nConnection: close\r\nContent-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\n{headers}\r\n";
        var answer = await RawHttp.SendAsync(Address, [.. Encoding.ASCII.GetBytes(head), .. body]);
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"no answer of HTTP: {answer}");
        var lines = answer[..end].Split("\r\n");
        var type = lines.FirstOrDefault(line => line.StartsWith("Content-Type: ", StringComparison.OrdinalIgnoreCase))?[14..];
        var text = answer[(end + 4)..];
        if (lines.Any(line => line.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))) text = Unchunked(text);
        return new Reply(int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture), type, text);
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        service.Dispose();
    }

    private static string Unchunked(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = new List<byte>();
        for (var at = 0; at < bytes.Length;)
        {
            var line = bytes.AsSpan(at).IndexOf("\r\n"u8);
            var length = int.Parse(Encoding.ASCII.GetString(bytes, at, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0) break;
            whole.AddRange(bytes.AsSpan(at + line + 2, length));
            at += line + 2 + length + 2;
        }

        return Encoding.UTF8.GetString([.. whole]);
    }

    internal sealed record Reply(int Status, string? Type, string Body);
}
