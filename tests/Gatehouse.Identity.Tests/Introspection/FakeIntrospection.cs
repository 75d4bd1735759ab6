using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Tests.Introspection;

/// <summary>A strict stand-in of an introspection endpoint: wrong credentials, media or form are answered as RFC 7662 §2.3 has it.</summary>
internal sealed class FakeIntrospection : IIntrospectionTransport
{
    public const string Client = "gateway";
    public const string Secret = "s:e c/ret";

    private readonly ConcurrentQueue<string> asked = [];

    public Dictionary<string, JsonNode> Tokens { get; } = new(StringComparer.Ordinal);

    public Exception? Failure { get; set; }

    public int Status { get; set; } = 200;

    public byte[]? Raw { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Tokens asked about, in order.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    public async ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText basic, int maxBytes,
        CancellationToken cancellationToken)
    {
        var fields = Encoding.ASCII.GetString(form.Span).Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
        asked.Enqueue(fields["token"]);
        Assert.Equal("access_token", fields["token_type_hint"]);
        var credential = Encoding.UTF8.GetString(Convert.FromBase64String(basic.Reveal().ToString())).Split(':').Select(Uri.UnescapeDataString);
        if (Gate is { } gate)
            await gate.Task.WaitAsync(cancellationToken);
        if (Failure is not null)
            throw Failure;
        if (!credential.SequenceEqual([Client, Secret]))
            return new FetchedDocument(401, default);
        var answer = Tokens.TryGetValue(fields["token"], out var known) ? known.ToJsonString() : """{"active":false}""";
        return new FetchedDocument(Status, Raw ?? Encoding.UTF8.GetBytes(answer));
    }
}
