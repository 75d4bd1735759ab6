using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>A control socket that answers by a list, one line a connection, and keeps the requests.</summary>
internal sealed class ListedGateway : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-listed-");
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task serving;

    public ListedGateway(params string[] replies)
    {
        File.WriteAllText(Token, "a token");
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Folder, "control.sock")));
        listener.Listen();
        serving = ServeAsync(replies);
    }

    /// <summary>The state folder, with the socket.</summary>
    public string Folder => folder.FullName;

    /// <summary>A file with a token, which nothing looks at.</summary>
    public string Token => Path.Combine(Folder, "token");

    /// <summary>The requests.</summary>
    public List<JsonElement> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
        folder.Delete(recursive: true);
    }

    private async Task ServeAsync(string[] replies)
    {
        foreach (var reply in replies)
        {
            using var socket = await listener.AcceptAsync();
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            Asked.Add(JsonSerializer.Deserialize<JsonElement>((await reader.ReadLineAsync())!));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\n"));
        }
    }
}
